/* SPDX-License-Identifier: BSD-3-Clause
 * Object files of the process, as dladdr(3) and dlsym(3) know them. */
#include "object.h"

#include <dlfcn.h>
#include <stddef.h>

#ifdef __GLIBC__
#    include <elf.h>
#    include <link.h>
#endif

struct object zmi_object_at(const void *address)
{
    Dl_info info;
    if (dladdr((void *)address, &info) == 0)
        return (struct object){NULL, NULL};
    return (struct object){info.dli_fbase, info.dli_fname};
}

#ifdef __GLIBC__
/* A program that is not position-independent and takes the address of a library's function has a
 * stub of it, which glibc's dlsym() finds in the place of the function. The function itself is then
 * that of the next object in the order of search. */
static bool is_stub(const void *address, struct link_map **object)
{
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;
    if (dladdr1((void *)address, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0 || symbol == NULL ||
        symbol->st_shndx != SHN_UNDEF)
        return false;
    return dladdr1((void *)address, &info, (void **)object, RTLD_DL_LINKMAP) != 0;
}

static void *look_behind(struct link_map *stub, const char *name)
{
    for (struct link_map *object = stub->l_next; object != NULL; object = object->l_next) {
        void *handle =
            object->l_name[0] == '\0' ? NULL : dlopen(object->l_name, RTLD_LAZY | RTLD_NOLOAD);
        if (handle == NULL)
            continue;
        /* Looks in the libraries that this one needs, too: those have their own turn. */
        void *found = dlsym(handle, name);
        struct link_map *holder;
        Dl_info info;
        bool here = found != NULL &&
                    dladdr1(found, &info, (void **)&holder, RTLD_DL_LINKMAP) != 0 &&
                    holder == object;
        dlclose(handle);
        if (here)
            return found;
    }
    return NULL;
}
#endif

struct object zmi_object_of(const char *name)
{
    void *function = dlsym(RTLD_DEFAULT, name);
#ifdef __GLIBC__
    struct link_map *object;
    if (function != NULL && is_stub(function, &object))
        function = look_behind(object, name);
#endif
    return function == NULL ? (struct object){NULL, NULL} : zmi_object_at(function);
}
