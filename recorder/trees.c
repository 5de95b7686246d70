#include "trees.h"

#include "fail.h"

#include <stdlib.h>

#define NO_CPU (~0u)
#define FIRST_LOCK 0x10u            /* below every address of memory */

enum departure { STAYS, EMPTY, INVALIDATED };

struct tree {
    uint64_t root, lock;
    unsigned holder;
    bool kernel;
    enum departure departure;
};

static struct tree *trees;
static size_t count, room;
static size_t leaving;              /* trees that do not stay */
static uint64_t locks;

static struct tree *find(uint64_t root)
{
    static size_t last;             /* most calls are about one tree */
    if (last < count && trees[last].root == root)
        return &trees[last];
    for (size_t i = 0; i < count; i++) {
        if (trees[i].root == root)
            return &trees[last = i];
    }
    return NULL;
}

bool tree_is_followed(uint64_t root)
{
    return find(root) != NULL;
}

bool tree_is_kernel(uint64_t root)
{
    const struct tree *tree = find(root);
    return tree && tree->kernel;
}

static void stay(struct tree *tree)
{
    leaving -= tree->departure != STAYS;
    tree->departure = STAYS;
}

void tree_follow(struct source at, uint64_t root, bool kernel)
{
    struct tree *tree = find(root);
    if (!tree) {
        if (count == room && !(trees = realloc(trees, (room = room * 2 + 16) * sizeof *trees)))
            fail("no memory for %zu trees", room);
        tree = &trees[count++];
        *tree = (struct tree) { .root = root, .lock = FIRST_LOCK + 8 * locks++, .holder = NO_CPU };
        trace_hint(at, "set_root_lock", root, tree->lock);
    }
    tree->kernel |= kernel;
    stay(tree);
}

static void own(struct source at, struct tree *tree)
{
    if (tree->holder == at.cpu)
        return;
    if (tree->holder != NO_CPU)
        trace_unlock((struct source) { tree->holder, at.pc }, tree->lock);
    trace_lock(at, tree->lock);
    tree->holder = at.cpu;
}

void tree_own(struct source at, uint64_t root)
{
    struct tree *tree = find(root);
    if (tree)
        own(at, tree);
}

void tree_release_later(uint64_t root)
{
    struct tree *tree = find(root);
    if (!tree || tree->kernel || tree->departure != STAYS)
        return;
    tree->departure = EMPTY;
    leaving++;
}

void trees_after_tlbi(void)
{
    for (size_t i = 0; leaving && i < count; i++) {
        if (trees[i].departure == EMPTY)
            trees[i].departure = INVALIDATED;
    }
}

void trees_after_dsb(struct source at)
{
    for (size_t i = 0; leaving && i < count;) {
        if (trees[i].departure != INVALIDATED) {
            i++;
            continue;
        }
        own(at, &trees[i]);
        trace_hint(at, "release_table", trees[i].root, 0);
        trees[i] = trees[--count];
        leaving--;
    }
}
