/* The trees that are recorded, by the address of their root. A trace says under which lock each store happens. The
 * kernel has locks of many kinds, so each tree gets one lock here, which the CPU that writes takes over. */
#ifndef RECORDER_TREES_H
#define RECORDER_TREES_H

#include "trace.h"

/* Whether the tree of a root is recorded. */
bool tree_is_followed(uint64_t root);

/* Records a tree from now on; `kernel` is one that TTBR1 leads to, which is never given back. */
void tree_follow(struct source at, uint64_t root, bool kernel);

/* Whether TTBR1 has led to the tree. */
bool tree_is_kernel(uint64_t root);

/* Makes the CPU the one that writes the tree. */
void tree_own(struct source at, uint64_t root);

/* An empty root is given back once a TLBI and its DSB have followed, and not at all where it is followed again. */
void tree_release_later(uint64_t root);
void trees_after_tlbi(void);
void trees_after_dsb(struct source at);

#endif
