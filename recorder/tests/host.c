#include "host.h"
#include "output.h"

#include "../qemu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

struct qemu_plugin_insn {
    uint32_t code;
    uint64_t pc;
    qemu_plugin_insn_cb *execute;
    qemu_plugin_mem_cb *access;
    void *data;
};

static uint8_t *memory;
static uint64_t pc = 0xffff800080000000, general_value, physical;
static qemu_plugin_mem_value stored;
static qemu_plugin_vcpu_cb *on_cpu;
static qemu_plugin_tb_cb *on_translation;
static struct qemu_plugin_insn current;

GByteArray *g_byte_array_new(void) { return calloc(1, sizeof(GByteArray)); }
GByteArray *g_byte_array_set_size(GByteArray *array, unsigned length) { array->len = length; return array; }
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb) { (void)tb; return 1; }
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn) { return insn->pc; }
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info) { return info; }
qemu_plugin_mem_value qemu_plugin_mem_get_value(qemu_plugin_meminfo_t info) { (void)info; return stored; }
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *a) { (void)a; return false; }
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *a) { (void)a; return physical; }

void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_cb *callback)
{
    (void)id;
    on_cpu = callback;
}

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_tb_cb *callback)
{
    (void)id;
    on_translation = callback;
}

void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_end_cb *callback, void *data)
{
    (void)id;
    (void)data;
    host_output.end = callback;
}

struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index)
{
    (void)tb;
    (void)index;
    return &current;
}

size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *data, size_t size)
{
    memcpy(data, &insn->code, size);
    return size;
}

struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t address)
{
    (void)info;
    physical = address;
    return (struct qemu_plugin_hwaddr *)&physical;
}

void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_insn_cb *cb, enum qemu_plugin_cb_flags flags, void *data)
{
    (void)flags;
    insn->execute = cb;
    insn->data = data;
}

void qemu_plugin_register_vcpu_mem_cb(
    struct qemu_plugin_insn *insn, qemu_plugin_mem_cb *cb, enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
    void *data)
{
    (void)flags;
    (void)rw;
    insn->access = cb;
    insn->data = data;
}

GArray *qemu_plugin_get_registers(void)
{
    static char names[31][16];
    static qemu_plugin_reg_descriptor all[31];
    static GArray array = { (char *)all, 31 };
    for (int i = 0; i < 31; i++) {
        snprintf(names[i], sizeof names[i], "x%d", i);
        all[i] = (qemu_plugin_reg_descriptor) { (struct qemu_plugin_register *)(uintptr_t)(i + 1), names[i], "core" };
    }
    return &array;
}

int qemu_plugin_read_register(struct qemu_plugin_register *handle, GByteArray *buffer)
{
    (void)handle;
    buffer->data = (uint8_t *)&general_value;
    return sizeof general_value;
}

void host_load_as(int version, const char *target, int cpus, const char *extra)
{
    static char ram[32], out[32], size[32], more[128];
    int file = memfd_create("ram", 0);
    host_output.trace = memfd_create("trace", 0);
    host_output.words = memfd_create("words", 0);
    if (ftruncate(file, RAM_SIZE) != 0)
        abort();
    memory = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    snprintf(ram, sizeof ram, "ram=/dev/fd/%d", file);
    snprintf(out, sizeof out, "out=/dev/fd/%d", host_output.trace);
    snprintf(size, sizeof size, "size=%lu", RAM_SIZE);
    snprintf(more, sizeof more, "%s", extra ? extra : "");
    char *arguments[] = { ram, out, size, more, NULL };
    qemu_info_t info = { target, { 2, version }, true, { cpus, cpus } };
    qemu_plugin_install(1, &info, extra ? 4 : 3, arguments);
    for (int cpu = 0; cpu < cpus; cpu++)
        on_cpu(1, (unsigned)cpu);
    fflush(stderr);
}

void host_load(const char *extra) { host_load_as(4, "aarch64", 2, extra); }

void host_pc(uint64_t value) { pc = value; }

static void translate(uint32_t insn)
{
    current = (struct qemu_plugin_insn) { .code = insn, .pc = pc };
    on_translation(1, NULL);
}

bool host_watches(uint32_t insn)
{
    translate(insn);
    return current.execute || current.access;
}

void host_execute(unsigned cpu, uint32_t insn, uint64_t value)
{
    translate(insn);
    general_value = value;
    if (current.execute)
        current.execute(cpu, current.data);
}

static void report(unsigned cpu, uint32_t insn, uint64_t address, unsigned shift, uint64_t low, uint64_t high)
{
    translate(insn);
    stored.data.u128.low = low;
    stored.data.u128.high = high;
    if (current.access)
        current.access(cpu, shift, address, current.data);
}

void host_store(unsigned cpu, uint32_t insn, uint64_t address, unsigned shift, uint64_t low, uint64_t high)
{
    uint64_t values[2] = { low, high };
    if (address >= RAM && address + (1u << shift) <= RAM + RAM_SIZE)
        memcpy(memory + (address - RAM), values, 1u << shift);
    report(cpu, insn, address, shift, low, high);
}

void host_failed_store(unsigned cpu, uint32_t insn, uint64_t address, uint64_t value)
{
    report(cpu, insn, address, 3, value, 0);
}

void host_poke(uint64_t address, uint64_t value) { memcpy(memory + (address - RAM), &value, sizeof value); }
