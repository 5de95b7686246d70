#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int passed, failed;

void expect(bool holds, const char *what, int line)
{
    if (holds)
        return;
    fprintf(stderr, "line %d: expected %s\n", line, what);
    exit(9);
}

void expect_text(const char *found, const char *wanted, int line)
{
    if (strcmp(found, wanted) == 0)
        return;
    fprintf(stderr, "line %d: expected\n%sfound\n%s", line, wanted, found);
    exit(9);
}

/* Runs a test; `said` gets what it wrote on standard error. */
static int run(void (*body)(void), char *said, size_t room)
{
    int ends[2];
    if (pipe(ends) != 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        body();
        exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got; used < room - 1 && (got = read(ends[0], said + used, room - 1 - used)) > 0;)
        used += (size_t)got;
    said[used] = 0;
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void count(const char *name, bool holds, const char *said)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("FAILED: %s\n%s\n", name, said);
}

void test(const char *name, void (*body)(void))
{
    char said[1 << 14];
    int code = run(body, said, sizeof said);
    count(name, code == 0, said);
}

void test_refused(const char *name, void (*body)(void), const char *words)
{
    char said[1 << 14];
    int code = run(body, said, sizeof said);
    char *end = strchr(said, '\n');
    count(name, code == 1 && strncmp(said, "recorder: ", 10) == 0 && strstr(said, words) && end && !end[1], said);
}

int tests_end(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
