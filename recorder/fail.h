/* The one line with which a recording ends where it would no longer be true. */
#ifndef RECORDER_FAIL_H
#define RECORDER_FAIL_H

/* Prints "recorder: " and the message on standard error and ends the process with exit code 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
