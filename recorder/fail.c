#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("recorder: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    fflush(stderr);
    /* Other CPUs still run in QEMU's threads: its own handlers of exit() would wait for them. */
    _exit(1);
}
