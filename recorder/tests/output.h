/* Where the plugin writes, and how its run ends. */
#ifndef RECORDER_TESTS_OUTPUT_H
#define RECORDER_TESTS_OUTPUT_H

#include "../qemu.h"

extern struct host_output {
    int trace, words;           /* files of which memory is the only copy */
    qemu_plugin_end_cb *end;
} host_output;

#endif
