// SPDX-License-Identifier: BSD-3-Clause
// As report.c, with a container whose memory is counted.
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <vector>

#include <zmalloc.h>

// The default handler ends the program where there is no memory: allocate() has nothing to throw.
template <typename T> struct counted {
    using value_type = T;

    counted() = default;
    template <typename U> counted(const counted<U> &)
    {
    }

    T *allocate(std::size_t count)
    {
        return static_cast<T *>(zcalloc_num(count, sizeof(T)));
    }
    void deallocate(T *ptr, std::size_t count)
    {
        zfree_sized(ptr, count * sizeof(T));
    }
};

template <typename T, typename U> bool operator==(const counted<T> &, const counted<U> &)
{
    return true;
}

template <typename T, typename U> bool operator!=(const counted<T> &, const counted<U> &)
{
    return false;
}

struct freed_by_zfree {
    void operator()(void *ptr) const
    {
        zfree(ptr);
    }
};

int main()
{
    std::size_t before = zmalloc_used_memory();
    bool exact;
    {
        std::unique_ptr<char, freed_by_zfree> text(zstrdup("a text of which there is one copy"));
        std::size_t size = zmalloc_size(text.get());
        std::size_t held = zmalloc_used_memory() - before;
        std::cout << "allocator: " << ZMALLOC_LIB << '\n'
                  << "size source: " << zmalloc_size_source() << '\n'
                  << "size of the block: " << size << '\n'
                  << "used: " << held << '\n';
        std::vector<int, counted<int>> numbers(1000, 1);
        numbers.push_back(2);
        std::size_t vector = zmalloc_used_memory() - before - held;
        exact = held == size && vector == zmalloc_size(numbers.data());
        std::cout << "used by the vector: " << vector << '\n';
    }
    std::cout << "used after zfree: " << zmalloc_used_memory() - before << '\n';
    return exact && zmalloc_used_memory() == before ? EXIT_SUCCESS : EXIT_FAILURE;
}
