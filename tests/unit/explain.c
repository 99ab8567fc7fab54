/* SPDX-License-Identifier: BSD-3-Clause
 * From facts that are made up, in MiB, to what explains them; processes that are so, for real, are in
 * api/explain.c. */
#include "explain.h"

#include <errno.h>
#include <glib.h>

#include "figure.h"

#define MIB ((uint64_t)1 << 20)

static struct zmalloc_figure known(uint64_t mib)
{
    return figure_known(mib * MIB);
}

/* An allocator that tells everything, and a process that has nothing but 100 MiB in use. */
static struct explain_facts plain(void)
{
    return (struct explain_facts){
        .used = 100 * MIB,
        .mappings.of[MAPPING_ANONYMOUS].rss = 100 * MIB,
        .stats =
            {.allocated = known(100),
             .free_memory = known(0),
             .thread_caches = known(0),
             .shared_caches = known(0),
             .metadata = known(0),
             .small_bin_fragmentation = known(0),
             .dirty = known(0),
             .muzzy = known(0)},
        .beside = known(0),
    };
}

/* One that tells sums alone, which are bounds. */
static struct explain_facts sums(uint64_t allocated, uint64_t free_memory)
{
    struct explain_facts facts = {
        .used = 100 * MIB,
        .mappings.of[MAPPING_ANONYMOUS].rss = 100 * MIB,
        .stats =
            {.allocated = figure_at_most(allocated * MIB),
             .free_memory = figure_at_most(free_memory * MIB),
             .metadata = figure_unknown(ENOTSUP),
             .thread_caches = figure_unknown(ENOTSUP)},
        .beside = known(0),
    };
    return facts;
}

static struct zmalloc_explanation explain(struct explain_facts facts)
{
    struct zmalloc_explanation explanation;
    zmi_explain(&facts, &explanation);
    g_assert_cmpint(explanation.gap, ==, (int64_t)(explanation.rss - explanation.used));
    return explanation;
}

static void assert_figure(struct zmalloc_figure figure, uint32_t state, uint64_t mib)
{
    g_assert_cmpuint(figure.state, ==, state);
    g_assert_cmpuint(figure.value, ==, mib * MIB);
}

static void nothing_needs_no_explanation(void)
{
    struct zmalloc_explanation explanation = explain(plain());
    g_assert_cmpint(explanation.gap, ==, 0);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    assert_figure(explanation.untouched, ZMALLOC_KNOWN, 0);
    assert_figure(explanation.bypassed, ZMALLOC_KNOWN, 0);
    g_assert_cmpstr(explanation.largest, ==, "unexplained");
}

static void each_kind_of_held_has_its_name(void)
{
    struct explain_facts facts = plain();
    facts.stats.free_memory = known(50);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 150 * MIB;
    facts.stats.small_bin_fragmentation = known(30);
    facts.stats.dirty = known(15);
    facts.stats.muzzy = known(5);
    struct zmalloc_explanation explanation = explain(facts);
    g_assert_cmpstr(explanation.largest, ==, "held_in_pages");
    assert_figure(explanation.held, ZMALLOC_KNOWN, 50);
    assert_figure(explanation.held_as_pages, ZMALLOC_KNOWN, 20);
    g_assert_cmpint(explanation.unexplained, ==, 0);

    facts.stats.small_bin_fragmentation = known(10);
    facts.stats.dirty = known(35);
    g_assert_cmpstr(explain(facts).largest, ==, "held_as_pages");

    facts.stats.thread_caches = known(60);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 210 * MIB;
    explanation = explain(facts);
    g_assert_cmpstr(explanation.largest, ==, "held_in_caches");
    assert_figure(explanation.held, ZMALLOC_KNOWN, 110);
    g_assert_cmpint(explanation.unexplained, ==, 0);

    /* No kind is most of it. */
    facts.stats.thread_caches = known(20);
    facts.stats.small_bin_fragmentation = known(20);
    facts.stats.dirty = known(20);
    facts.stats.free_memory = known(45);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 165 * MIB;
    g_assert_cmpstr(explain(facts).largest, ==, "held");
}

static void other_anonymous_memory_is_unexplained(void)
{
    struct explain_facts facts = plain();
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 130 * MIB;
    struct zmalloc_explanation explanation = explain(facts);
    g_assert_cmpint(explanation.unexplained, ==, (int64_t)(30 * MIB));
    g_assert_cmpstr(explanation.largest, ==, "unexplained");
}

static void what_is_not_in_memory_makes_the_set_smaller(void)
{
    struct explain_facts facts = plain();
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 40 * MIB;
    facts.mappings.of[MAPPING_ANONYMOUS].swap = 10 * MIB;
    facts.mappings.of[MAPPING_FILE].rss = 5 * MIB;
    facts.mappings.of[MAPPING_SYSTEM].rss = 1 * MIB;
    struct zmalloc_explanation explanation = explain(facts);
    g_assert_cmpint(explanation.gap, ==, -(int64_t)(54 * MIB));
    assert_figure(explanation.untouched, ZMALLOC_KNOWN, 50);
    assert_figure(explanation.swapped, ZMALLOC_KNOWN, 10);
    assert_figure(explanation.mappings, ZMALLOC_KNOWN, 6);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "untouched");

    facts.mappings.of[MAPPING_ANONYMOUS].rss = 10 * MIB;
    facts.mappings.of[MAPPING_ANONYMOUS].swap = 90 * MIB;
    g_assert_cmpstr(explain(facts).largest, ==, "swapped");
}

static void blocks_past_the_library_are_those_beside_too(void)
{
    struct explain_facts facts = plain();
    facts.stats.allocated = known(130);
    facts.beside = figure_at_most(20 * MIB);
    facts.stats.metadata = known(3);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 153 * MIB;
    struct zmalloc_explanation explanation = explain(facts);
    assert_figure(explanation.bypassed, ZMALLOC_AT_MOST, 50);
    assert_figure(explanation.untouched, ZMALLOC_AT_MOST, 0);
    assert_figure(explanation.slack, ZMALLOC_KNOWN, 0);
    assert_figure(explanation.metadata, ZMALLOC_KNOWN, 3);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "bypassed");
}

/* Another malloc() that does not tell: what is known is known of the allocator. */
static void nothing_beside_may_be_known(void)
{
    struct explain_facts facts = plain();
    facts.stats.allocated = known(130);
    facts.beside = figure_unknown(ENODATA);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 130 * MIB;
    struct zmalloc_explanation explanation = explain(facts);
    assert_figure(explanation.bypassed, ZMALLOC_KNOWN, 30);
    g_assert_cmpint(explanation.unexplained, ==, 0);
}

static void bounds_of_the_same_bytes_count_once(void)
{
    /* 12 MiB more than is in use: what blocks cost, or other blocks. */
    struct explain_facts facts = sums(112, 0);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 112 * MIB;
    struct zmalloc_explanation explanation = explain(facts);
    assert_figure(explanation.slack, ZMALLOC_AT_MOST, 12);
    assert_figure(explanation.bypassed, ZMALLOC_AT_MOST, 12);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "slack");

    /* No block costs so much. */
    facts = sums(250, 0);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 250 * MIB;
    explanation = explain(facts);
    assert_figure(explanation.slack, ZMALLOC_AT_MOST, 50);
    assert_figure(explanation.bypassed, ZMALLOC_AT_MOST, 150);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "bypassed");
}

static void pages_given_back_are_not_untouched(void)
{
    struct zmalloc_explanation explanation = explain(sums(100, 60));
    assert_figure(explanation.held, ZMALLOC_AT_MOST, 60);
    assert_figure(explanation.untouched, ZMALLOC_AT_MOST, 0);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "unexplained"); /* of nothing */

    struct explain_facts facts = sums(100, 60);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 140 * MIB;
    explanation = explain(facts);
    assert_figure(explanation.held, ZMALLOC_AT_MOST, 60);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "held");

    facts.mappings.of[MAPPING_ANONYMOUS].rss = 10 * MIB;
    explanation = explain(facts);
    assert_figure(explanation.untouched, ZMALLOC_AT_MOST, 90);
    g_assert_cmpstr(explanation.largest, ==, "untouched");
}

static void a_blind_allocator_has_unknown_causes(void)
{
    struct explain_facts facts = {
        .used = 100 * MIB,
        .mappings.of[MAPPING_ANONYMOUS].rss = 140 * MIB,
        .stats =
            {.allocated = figure_unknown(ENOTSUP),
             .free_memory = figure_unknown(ENOTSUP),
             .metadata = figure_unknown(ENOTSUP),
             .dirty = figure_unknown(ENOTSUP)},
        .beside = figure_unknown(ENODATA),
    };
    struct zmalloc_explanation explanation = explain(facts);
    const struct zmalloc_figure unknown[] = {explanation.slack,     explanation.held,
                                             explanation.metadata,  explanation.bypassed,
                                             explanation.untouched, explanation.held_as_pages};
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        assert_figure(unknown[i], ZMALLOC_UNKNOWN, 0);
        g_assert_cmpint(unknown[i].error, ==, ENOTSUP);
    }
    g_assert_cmpint(explanation.unexplained, ==, (int64_t)(40 * MIB));

    facts.beside = known(30);
    explanation = explain(facts);
    assert_figure(explanation.bypassed, ZMALLOC_KNOWN, 30);
    g_assert_cmpint(explanation.unexplained, ==, (int64_t)(10 * MIB));
    g_assert_cmpstr(explanation.largest, ==, "bypassed");

    /* More in use than there is in RAM: that much needs no allocator to tell. */
    facts.beside = known(0);
    facts.mappings.of[MAPPING_ANONYMOUS].rss = 30 * MIB;
    explanation = explain(facts);
    assert_figure(explanation.untouched, ZMALLOC_KNOWN, 70);
    g_assert_cmpint(explanation.unexplained, ==, 0);
    g_assert_cmpstr(explanation.largest, ==, "untouched");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/explain/nothing-needs-no-explanation", nothing_needs_no_explanation);
    g_test_add_func("/explain/each-kind-of-held-has-its-name", each_kind_of_held_has_its_name);
    g_test_add_func(
        "/explain/other-anonymous-memory-is-unexplained", other_anonymous_memory_is_unexplained);
    g_test_add_func(
        "/explain/what-is-not-in-memory-makes-the-set-smaller",
        what_is_not_in_memory_makes_the_set_smaller);
    g_test_add_func(
        "/explain/blocks-past-the-library-are-those-beside-too",
        blocks_past_the_library_are_those_beside_too);
    g_test_add_func("/explain/nothing-beside-may-be-known", nothing_beside_may_be_known);
    g_test_add_func(
        "/explain/bounds-of-the-same-bytes-count-once", bounds_of_the_same_bytes_count_once);
    g_test_add_func(
        "/explain/pages-given-back-are-not-untouched", pages_given_back_are_not_untouched);
    g_test_add_func(
        "/explain/a-blind-allocator-has-unknown-causes", a_blind_allocator_has_unknown_causes);
    return g_test_run();
}
