/*
 * The TLB model of docs/tlb.md for one configuration, in C, to measure the C# engine against.
 *
 *   cc -O3 -o tlb tlb.c
 *   ./tlb TRACE.ktr L1I L1D L2 WAYS LOG2          (the trace decompressed, LOG2 of the linear map's page size)
 *
 * Per CPU: one L1 instruction and one L1 data TLB, fully associative, LRU; one unified L2, set-associative, LRU within the
 * set, looked up on an L1 miss only and filled on every miss. The L1 is an array in order of use: most look-ups end at its
 * first few elements, and what they move is small.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CPUS = 8 };
enum { USER, LINEAR, OTHER, REGIONS };

struct level1 { int entries, used; uint64_t *keys; };
struct level2 { int sets, ways; uint64_t *keys; };

/* Moves key to the front; 1 where it was there. */
static int use(uint64_t *keys, int *used, int entries, uint64_t key)
{
	int n = *used, i;

	for (i = 0; i < n; i++)
		if (keys[i] == key) {
			for (; i > 0; i--)
				keys[i] = keys[i - 1];
			keys[0] = key;
			return 1;
		}
	if (n < entries)
		*used = ++n;
	for (i = n - 1; i > 0; i--)
		keys[i] = keys[i - 1];
	keys[0] = key;
	return 0;
}

static int use2(struct level2 *l2, uint64_t key, uint64_t page)
{
	int used = l2->ways;

	return use(l2->keys + (page % l2->sets) * l2->ways, &used, l2->ways, key);
}

/* The region of a page and log2 of the pages (of 4 KB) that one entry covers there. */
static inline int region(int64_t vpn, int linear, int *shift)
{
	uint64_t va = (uint64_t)vpn << 12;

	if (!(va >> 63)) { *shift = 0; return USER; }
	if (va < 0xffff800000000000) { *shift = linear; return LINEAR; }
	if (va >= 0xffff800008000000 && va < 0xffff80000a400000) { *shift = 9; return OTHER; }
	*shift = va >= 0xfffffc0000000000 ? 9 : 0;
	return OTHER;
}

static inline const uint8_t *varint(const uint8_t *at, uint64_t *value)
{
	uint64_t v = *at & 0x7f;
	int shift = 7;

	while (*at++ & 0x80) {
		v |= (uint64_t)(*at & 0x7f) << shift;
		shift += 7;
	}
	*value = v;
	return at;
}

int main(int argc, char **argv)
{
	if (argc != 7) {
		fprintf(stderr, "usage: %s TRACE.ktr L1I L1D L2 WAYS LOG2\n", argv[0]);
		return 1;
	}
	struct timespec begin, end;
	clock_gettime(CLOCK_MONOTONIC, &begin);

	int l1[2] = { atoi(argv[2]), atoi(argv[3]) }, ways = atoi(argv[5]), sets = atoi(argv[4]) / ways;
	int linear = atoi(argv[6]) - 12;
	static struct level1 first[CPUS][2];
	static struct level2 second[CPUS];
	for (int cpu = 0; cpu < CPUS; cpu++) {
		for (int data = 0; data < 2; data++)
			first[cpu][data] = (struct level1){ l1[data], 0, calloc(l1[data], sizeof(uint64_t)) };
		second[cpu] = (struct level2){ sets, ways, malloc(sizeof(uint64_t) * sets * ways) };
		memset(second[cpu].keys, 0xff, sizeof(uint64_t) * sets * ways);
	}

	FILE *file = fopen(argv[1], "rb");
	enum { BUFFER = 1 << 20, LONGEST = 32 };
	static uint8_t buffer[BUFFER + LONGEST];
	if (!file || fread(buffer, 1, 4, file) != 4 || memcmp(buffer, "KTR1", 4)) {
		fprintf(stderr, "%s: not a KTR1 trace\n", argv[1]);
		return 1;
	}

	int64_t page[CPUS][2] = { 0 };
	uint64_t instructions = 0, kernel = 0, misses = 0, walks = 0;
	uint64_t region_misses[REGIONS] = { 0 }, region_walks[REGIONS] = { 0 };
	int cpu = 0;
	size_t kept = 0;
	for (;;) {
		size_t got = fread(buffer + kept, 1, BUFFER - kept, file), have = kept + got;
		const uint8_t *at = buffer, *stop = buffer + (got ? have - LONGEST : have);
		if (!have)
			break;
		while (at < stop) {
			uint64_t tag, count;
			at = varint(at, &tag);
			uint64_t x = tag >> 2;
			if ((tag & 3) == 3) {
				cpu = (x >> 1) & 7;
				continue;
			}
			int data = (tag & 3) != 0;
			at = varint(at, &count);
			int64_t vpn = page[cpu][data] += (int64_t)(x >> 1) ^ -(int64_t)(x & 1);
			int shift, where = region(vpn, linear, &shift);
			if (!data) {
				instructions += count;
				if (where != USER)
					kernel += count;
			}
			uint64_t number = ((uint64_t)vpn & 0xfffffffffffffULL) >> shift, key = number << 6 | shift;
			struct level1 *tlb = &first[cpu][data];
			if (use(tlb->keys, &tlb->used, tlb->entries, key))
				continue;
			misses++;
			region_misses[where]++;
			if (use2(&second[cpu], key, number))
				continue;
			walks++;
			region_walks[where]++;
		}
		kept = buffer + have - at;
		memmove(buffer, at, kept);
		if (!got)
			break;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	uint64_t kernel_misses = misses - region_misses[USER], kernel_walks = walks - region_walks[USER];
	printf("%lu instructions, %.1f%% kernel, %lu misses, %lu walks, %.4f %.4f %.4f %.4f %.4f %.4f\n", instructions,
	       100.0 * kernel / instructions, misses, walks, 1e3 * misses / instructions, 1e3 * walks / instructions,
	       1e3 * kernel_misses / kernel, 1e3 * kernel_walks / kernel, 1e3 * region_misses[LINEAR] / kernel,
	       1e3 * region_walks[LINEAR] / kernel);
	fprintf(stderr, "%.6f s\n", end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) * 1e-9);
	return 0;
}
