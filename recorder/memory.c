#include "memory.h"

#include "fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint64_t *words;
static uint64_t first, length;

void memory_map(const char *file, uint64_t base, uint64_t size)
{
    if (size == 0 || size % PAGE_SIZE || base % PAGE_SIZE)
        fail("expected size= and base= in whole pages, found %#lx and %#lx", (unsigned long)size, (unsigned long)base);
    int descriptor = open(file, O_RDONLY);
    if (descriptor < 0)
        fail("%s: expected the guest's memory, found: %s", file, strerror(errno));
    words = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (words == MAP_FAILED)
        fail("%s: expected %#lx bytes of memory, found: %s", file, (unsigned long)size, strerror(errno));
    close(descriptor);
    first = base;
    length = size;
}

bool memory_has(uint64_t address)
{
    return address - first < length;
}

uint64_t memory_pages(void)
{
    return length / PAGE_SIZE;
}

uint64_t memory_page(uint64_t address)
{
    return (address - first) / PAGE_SIZE;
}

uint64_t memory_address(uint64_t page)
{
    return first + page * PAGE_SIZE;
}

uint64_t memory_word(uint64_t address)
{
    return __atomic_load_n(&words[(address - first) / sizeof *words], __ATOMIC_RELAXED);
}
