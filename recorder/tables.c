#include "tables.h"

#include "fail.h"
#include "memory.h"
#include "trees.h"

#include <stdlib.h>

#define ADDRESS 0x0000fffffffff000u
#define LAST_LEVEL 3u
/* A page that is no table any more keeps its record for so many stores, which show how it is used again. */
#define STORES_AFTER 64u

enum state { NO_TABLE, TABLE, REMOVED };

struct page {
    uint64_t *copy;
    uint64_t root;
    uint32_t links;             /* descriptors of tables, and one for a register */
    uint8_t level;
    uint8_t stores_left;
};

static uint8_t *states;         /* apart from the pages, because every store of the guest asks for it */
static struct page *pages;

void tables_prepare(void)
{
    states = calloc(memory_pages(), sizeof *states);
    pages = calloc(memory_pages(), sizeof *pages);
    if (!states || !pages)
        fail("no memory for the records of %zu pages", (size_t)memory_pages());
}

bool tables_has(uint64_t address)
{
    return __atomic_load_n(&states[memory_page(address)], __ATOMIC_RELAXED) != NO_TABLE;
}

uint64_t tables_root_of(uint64_t address)
{
    return pages[memory_page(address)].root;
}

/* The table that a descriptor leads to; 0 if it leads to none. */
static uint64_t next_table(uint64_t descriptor, unsigned level)
{
    return level < LAST_LEVEL && (descriptor & 3) == 3 ? descriptor & ADDRESS : 0;
}

static void link_table(struct source at, uint64_t table, unsigned level, uint64_t root)
{
    if (!memory_has(table))
        fail("a table of level %u at %#lx is outside the guest's memory", level, (unsigned long)table);
    uint64_t number = memory_page(table);
    struct page *page = &pages[number];
    page->links++;
    if (states[number] == TABLE)
        return;
    if (!page->copy && !(page->copy = calloc(WORDS, sizeof *page->copy)))
        fail("no memory for the copy of a table");
    page->links = 1;
    page->level = (uint8_t)level;
    page->root = root;
    __atomic_store_n(&states[number], TABLE, __ATOMIC_RELAXED);
    uint64_t now[WORDS];
    for (unsigned i = 0; i < WORDS; i++) {
        now[i] = memory_word(table + 8 * i);
        uint64_t below = next_table(now[i], level);
        if (below)
            link_table(at, below, level + 1, root);
    }
    for (unsigned i = 0; i < WORDS; i++) {
        if (now[i] == page->copy[i])
            continue;
        page->copy[i] = now[i];
        tree_own(at, root);
        trace_write(at, table + 8 * i, now[i]);
    }
}

static void unlink_table(uint64_t table)
{
    uint64_t number = memory_page(table);
    struct page *page = &pages[number];
    if (!memory_has(table) || states[number] != TABLE || --page->links > 0)
        return;
    __atomic_store_n(&states[number], REMOVED, __ATOMIC_RELAXED);
    page->stores_left = STORES_AFTER;
    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t below = next_table(page->copy[i], page->level);
        if (below)
            unlink_table(below);
    }
}

void tables_link_root(struct source at, uint64_t root, unsigned level)
{
    uint64_t number = memory_page(root);
    if (states[number] != TABLE)
        link_table(at, root, level, root);
}

void tables_forget_root(uint64_t root)
{
    __atomic_store_n(&states[memory_page(root)], NO_TABLE, __ATOMIC_RELAXED);
}

bool tables_root_is_empty(uint64_t root)
{
    const struct page *page = &pages[memory_page(root)];
    for (unsigned i = 0; page->copy && i < WORDS; i++) {
        if (page->copy[i] & 1)
            return false;
    }
    return true;
}

/* The store is recorded as it is, also one that changes nothing: the page may still be walked. */
static bool store_to_removed(struct source at, struct page *page, uint64_t address, uint64_t value)
{
    if (page->stores_left-- == 0) {
        __atomic_store_n(&states[memory_page(address)], NO_TABLE, __ATOMIC_RELAXED);
        return false;
    }
    page->copy[address / 8 % WORDS] = value;
    tree_own(at, page->root);
    trace_write(at, address, value);
    return true;
}

bool tables_store(struct source at, uint64_t address, uint64_t value)
{
    uint64_t number = memory_page(address);
    struct page *page = &pages[number];
    uint64_t *word = &page->copy[address / 8 % WORDS];
    if (states[number] == REMOVED)
        return store_to_removed(at, page, address, value);
    if (states[number] == NO_TABLE || value == *word)
        return false;
    uint64_t old = next_table(*word, page->level), new = next_table(value, page->level);
    if (new && new != old)
        link_table(at, new, page->level + 1u, page->root);
    *word = value;
    tree_own(at, page->root);
    trace_write(at, address, value);
    if (old && new != old)
        unlink_table(old);
    return true;
}

struct comparison tables_compare(void)
{
    const uint64_t set_by_hardware = 1ul << 10 | 1ul << 7 | 1ul << 51;     /* AF, AP[2], DBM */
    struct comparison found = { 0 };
    for (uint64_t number = 0; number < memory_pages(); number++) {
        if (states[number] != TABLE)
            continue;
        found.tables++;
        for (unsigned i = 0; i < WORDS; i++) {
            uint64_t address = memory_address(number) + 8 * i, now = memory_word(address);
            uint64_t differ = now ^ pages[number].copy[i];
            if (differ == 0)
                continue;
            if ((now & 1) && !(differ & ~set_by_hardware)) {
                found.flags++;
            } else if (found.missed++ == 0) {
                found.first_missed = address;
            }
        }
    }
    return found;
}
