using System.Globalization;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.Boot;

/// <summary>
/// The messages that the kernel prints while it boots, without time stamps. Lines that begin with "mmu:" are the
/// laboratory's, not the kernel's.
/// </summary>
public static class BootMessages
{
    public static string Booting(Midr midr) => Format($"Booting Linux on physical CPU 0x{0:x10} [{midr}]");

    public static string Version(KernelVersion version) => $"Linux version {version}";

    public static string Machine(string name) => $"Machine model: {name}";

    public static string CommandLine(string text) => $"Kernel command line: {text}";

    public static string Secondaries => "smp: Bringing up secondary CPUs ...";

    public static string Booted(int cpu, Midr midr) =>
        Format($"CPU{cpu}: Booted secondary processor 0x{cpu:x10} [{midr}]");

    public static string BroughtUp(int cpus) => Format($"smp: Brought up 1 node, {cpus} CPU{(cpus == 1 ? "" : "s")}");

    public static string Activated(int cpus) => Format($"SMP: Total of {cpus} processors activated.");

    public static string Detected(string capability) => $"CPU features: detected: {capability}";

    /// <summary>kaslr_init().</summary>
    public static string KaslrEnabled => "KASLR enabled";

    /// <summary>unmap_kernel_at_el0().</summary>
    /// <param name="by">What forces it.</param>
    public static string IsolationForced(bool on, string by) =>
        $"CPU features: kernel page table isolation forced {(on ? "ON" : "OFF")} by {by}";

    /// <summary>
    /// verify_local_cpu_caps(): a late CPU contradicts a final capability. The kernel prints the capability's number,
    /// which changes with every build; this message has its name instead.
    /// </summary>
    public static string Conflict(int cpu, string? capability, string? description, bool system, bool local)
    {
        string which = $"{capability} ({description})";
        return Format(
            $"CPU{cpu}: Detected conflict for capability {which}, System: {Digit(system)}, CPU: {Digit(local)}");
    }

    /// <summary>cpu_die_early().</summary>
    public static string WillNotBoot(int cpu) => Format($"CPU{cpu}: will not boot");

    /// <summary>__cpu_up().</summary>
    public static string DiedEarly(int cpu) => Format($"CPU{cpu}: died during early boot");

    /// <summary>A line as dmesg shows it.</summary>
    /// <param name="seconds">Seconds since the boot began.</param>
    public static string Stamp(double seconds, string message) => Format($"[{seconds,12:F6}] {message}");

    private static int Digit(bool on) => on ? 1 : 0;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
