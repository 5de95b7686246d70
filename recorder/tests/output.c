/* What the plugin wrote: the trace, and its words on standard error. */
#include "output.h"

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct host_output host_output;

static const char *content(int file)
{
    static char text[2][1 << 20];
    static int which;
    char *to = text[which ^= 1];
    ssize_t length = pread(file, to, sizeof text[0] - 1, 0);
    to[length > 0 ? length : 0] = 0;
    return to;
}

static void end(void)
{
    fflush(stderr);
    int kept = dup(2);
    dup2(host_output.words, 2);
    host_output.end(1, NULL);
    fflush(stderr);
    dup2(kept, 2);
    close(kept);
}

const char *host_raw_trace(void) { end(); return content(host_output.trace); }

const char *host_words(void) { return content(host_output.words); }

/* "(tlbi (id 3) (tid 1) vmalle1 (src "0x…"))" becomes "1 tlbi vmalle1". */
const char *host_trace(void)
{
    static char text[1 << 20];
    size_t used = 0;
    char kind[32];
    int cpu, skip;
    const char *line = host_raw_trace();
    text[0] = 0;
    for (const char *next; (next = strchr(line, '\n')); line = next + 1) {
        const char *source = strstr(line, " (src \"");
        if (sscanf(line, "(%31s (id %*d) (tid %d) %n", kind, &cpu, &skip) != 2 || !source || source > next)
            abort();
        used += (size_t)snprintf(text + used, sizeof text - used, "%d %s %.*s\n", cpu, kind,
                                 (int)(source - line - skip), line + skip);
    }
    return text;
}
