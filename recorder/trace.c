#include "trace.h"

#include "fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 1024u               /* longer than any line */

static char buffer[1 << 16];
static size_t used;
static uint64_t events;
static int descriptor = -1;

static void flush(void)
{
    for (size_t done = 0; done < used;) {
        ssize_t wrote = write(descriptor, buffer + done, used - done);
        if (wrote < 0 && errno != EINTR)
            fail("the trace cannot be written: %s", strerror(errno));
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    used = 0;
}

static void text(const char *words)
{
    size_t length = strlen(words);
    memcpy(buffer + used, words, length);
    used += length;
}

static void number(uint64_t value, unsigned base)
{
    char digits[20];
    unsigned at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[value % base];
    while ((value /= base) != 0);
    memcpy(buffer + used, digits + at, sizeof digits - at);
    used += sizeof digits - at;
}

static void hexadecimal(const char *before, uint64_t value)
{
    text(before);
    text("0x");
    number(value, 16);
}

static void begin(const char *kind, unsigned cpu)
{
    if (used > sizeof buffer - LONGEST)
        flush();
    text("(");
    text(kind);
    text(" (id ");
    number(events++, 10);
    text(") (tid ");
    number(cpu, 10);
    text(") ");
}

static void end(struct source at)
{
    hexadecimal(" (src \"", at.pc);
    text("\"))\n");
}

void trace_open(const char *file)
{
    descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (descriptor < 0)
        fail("%s: expected a file to write the trace to, found: %s", file, strerror(errno));
}

void trace_header(const char *words)
{
    begin("barrier", 0);
    text("isb (src \"");
    for (unsigned i = 0; words[i] && i < LONGEST / 2; i++)
        buffer[used++] = words[i] == '"' || words[i] < ' ' ? ' ' : words[i];
    text("\"))\n");
}

void trace_write(struct source at, uint64_t address, uint64_t value)
{
    begin("mem-write", at.cpu);
    hexadecimal("(mem-order release) (address ", address);
    hexadecimal(") (value ", value);
    text(")");
    end(at);
}

void trace_register(struct source at, const char *name, uint64_t value)
{
    begin("sysreg-write", at.cpu);
    text("(sysreg ");
    text(name);
    hexadecimal(") (value ", value);
    text(")");
    end(at);
}

void trace_tlbi(struct source at, const char *name, bool has_value, uint64_t value)
{
    begin("tlbi", at.cpu);
    text(name);
    if (has_value) {
        hexadecimal(" (value ", value);
        text(")");
    }
    end(at);
}

void trace_dsb(struct source at, const char *option)
{
    begin("barrier", at.cpu);
    text("dsb (kind ");
    text(option);
    text(")");
    end(at);
}

void trace_isb(struct source at)
{
    begin("barrier", at.cpu);
    text("isb");
    end(at);
}

void trace_lock(struct source at, uint64_t lock)
{
    begin("lock", at.cpu);
    hexadecimal("(address ", lock);
    text(")");
    end(at);
}

void trace_unlock(struct source at, uint64_t lock)
{
    begin("unlock", at.cpu);
    hexadecimal("(address ", lock);
    text(")");
    end(at);
}

void trace_hint(struct source at, const char *kind, uint64_t location, uint64_t value)
{
    begin("hint", at.cpu);
    text("(kind ");
    text(kind);
    hexadecimal(") (location ", location);
    hexadecimal(") (value ", value);
    text(")");
    end(at);
}

uint64_t trace_close(void)
{
    flush();
    if (close(descriptor) != 0)
        fail("the trace cannot be written: %s", strerror(errno));
    return events;
}
