/* What QEMU calls. */
#include "fail.h"
#include "instruction.h"
#include "memory.h"
#include "qemu.h"
#include "recorder.h"
#include "registers.h"
#include "tables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RAM_BASE 0x40000000u        /* of QEMU's machine virt */
#define KERNEL_HALF (1ul << 63)

EXPORTED int qemu_plugin_version = QEMU_PLUGIN_VERSION;
EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

/* An instruction where it lies. It lives as long as QEMU, which may run a translation of it at any time. */
struct site {
    uint64_t pc;
    uint32_t insn;
};

static struct {
    struct qemu_plugin_register *general[31];
    GByteArray *buffer;
} cpus[MAX_CPUS];

static void on_cpu(qemu_plugin_id_t id, unsigned vcpu)
{
    (void)id;
    if (vcpu >= MAX_CPUS)
        fail("expected at most %u CPUs, found CPU %u", MAX_CPUS, vcpu);
    cpus[vcpu].buffer = g_byte_array_new();
    GArray *found = qemu_plugin_get_registers();
    const qemu_plugin_reg_descriptor *all = (const void *)found->data;
    for (unsigned i = 0; i < found->len; i++) {
        char *end;
        if (all[i].name[0] != 'x')
            continue;
        unsigned long number = strtoul(all[i].name + 1, &end, 10);
        if (end != all[i].name + 1 && !*end && number < 31 && !cpus[vcpu].general[number])
            cpus[vcpu].general[number] = all[i].handle;
    }
}

static uint64_t general(unsigned vcpu, uint32_t insn)
{
    unsigned number = source_register(insn);
    uint64_t value = 0;
    if (number == 31)
        return 0;
    g_byte_array_set_size(cpus[vcpu].buffer, 0);
    if (!cpus[vcpu].general[number]
        || qemu_plugin_read_register(cpus[vcpu].general[number], cpus[vcpu].buffer) < (int)sizeof value)
        fail("expected QEMU to give the value of x%u, found none", number);
    memcpy(&value, cpus[vcpu].buffer->data, sizeof value);
    return value;
}

static void on_system(unsigned vcpu, void *data)
{
    const struct site *site = data;
    struct source at = { vcpu, site->pc };
    switch (classify(site->insn)) {
    case INSTRUCTION_TLBI:
        recorder_tlbi(at, site->insn, general(vcpu, site->insn));
        break;
    case INSTRUCTION_MSR:
        recorder_msr(at, site->insn, general(vcpu, site->insn));
        break;
    case INSTRUCTION_DSB:
        recorder_dsb(at, site->insn);
        break;
    case INSTRUCTION_ISB:
        recorder_isb(at);
        break;
    case INSTRUCTION_UNKNOWN:
        fail("expected no TLBIP, MSRR or DSB nXS, found %#" PRIx32 " at %#" PRIx64, site->insn, site->pc);
    case INSTRUCTION_OTHER:
    case INSTRUCTION_STACK:
    case INSTRUCTION_READ_BACK:
        break;
    }
}

/* The PC is a multiple of 4: bit 0 says that memory must be read back. */
static void on_store(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
    struct qemu_plugin_hwaddr *hardware = qemu_plugin_get_hwaddr(info, address);
    if (!hardware || qemu_plugin_hwaddr_is_io(hardware))
        return;
    uint64_t physical = qemu_plugin_hwaddr_phys_addr(hardware);
    if (!memory_has(physical) || !tables_has(physical))
        return;
    unsigned size = 1u << qemu_plugin_mem_size_shift(info);
    uint64_t pc = (uintptr_t)data & ~1ul;
    bool known = !((uintptr_t)data & 1) && physical % 8 == 0 && (size == 8 || size == 16);
    uint64_t words[2];
    if (known) {
        qemu_plugin_mem_value value = qemu_plugin_mem_get_value(info);
        words[0] = size == 8 ? value.data.u64 : value.data.u128.low;
        words[1] = size == 8 ? 0 : value.data.u128.high;
    }
    recorder_store((struct source) { vcpu, pc }, physical, size, known ? words : NULL);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t pc = qemu_plugin_insn_vaddr(insn);
        /* The kernel runs in its half, and in its memory while translation is off or the identity map is used. */
        if (!(pc & KERNEL_HALF) && !memory_has(pc))
            continue;
        uint32_t code = 0;
        qemu_plugin_insn_data(insn, &code, sizeof code);
        enum instruction kind = classify(code);
        if (kind == INSTRUCTION_STACK)
            continue;
        if (kind == INSTRUCTION_OTHER || kind == INSTRUCTION_READ_BACK) {
            uintptr_t data = pc | (kind == INSTRUCTION_READ_BACK);
            qemu_plugin_register_vcpu_mem_cb(insn, on_store, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W, (void *)data);
            continue;
        }
        struct site *site = malloc(sizeof *site);
        if (!site)
            fail("no memory for an instruction");
        *site = (struct site) { pc, code };
        bool reads = kind == INSTRUCTION_TLBI || kind == INSTRUCTION_MSR;
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, on_system, reads ? QEMU_PLUGIN_CB_R_REGS : QEMU_PLUGIN_CB_NO_REGS, site);
    }
}

static void on_end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    recorder_end();
}

/* What follows "NAME=" in an argument; NULL if it has another name. */
static const char *value_of(const char *argument, const char *name)
{
    size_t length = strlen(name);
    return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1 : NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    if (info->version.cur < QEMU_PLUGIN_VERSION)
        fail("expected a QEMU with plugin interface %d (QEMU 9.2 or later), found interface %d", QEMU_PLUGIN_VERSION,
             info->version.cur);
    if (strcmp(info->target_name, "aarch64") != 0 || !info->system_emulation)
        fail("expected qemu-system-aarch64, found another target (%s)", info->target_name);
    const char *ram = NULL, *out = NULL;
    struct recording recording = { .about = "Linux", .cpus = (unsigned)info->system.smp_vcpus };
    uint64_t size = 0;
    for (int i = 0; i < argc; i++) {
        const char *value;
        if ((value = value_of(argv[i], "ram")))
            ram = value;
        else if ((value = value_of(argv[i], "out")))
            out = value;
        else if ((value = value_of(argv[i], "about")))
            recording.about = value;
        else if ((value = value_of(argv[i], "size")))
            size = strtoull(value, NULL, 0);
        else if ((value = value_of(argv[i], "trees")) && (strcmp(value, "all") == 0 || strcmp(value, "kernel") == 0))
            recording.user_trees = value[0] == 'a';
        else
            fail("expected ram=, size=, out=, about=, trees=kernel or trees=all, found %s", argv[i]);
    }
    if (!ram || !out)
        fail("expected ram=FILE, size=BYTES and out=FILE, found %s missing", ram ? "out" : "ram");
    if (recording.cpus > MAX_CPUS)
        fail("expected at most %u CPUs, found %u", MAX_CPUS, recording.cpus);
    memory_map(ram, RAM_BASE, size);
    trace_open(out);
    recorder_start(recording);
    qemu_plugin_register_vcpu_init_cb(id, on_cpu);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_end, NULL);
    return 0;
}
