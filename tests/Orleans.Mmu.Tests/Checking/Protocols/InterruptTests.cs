using CsCheck;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Interrupts: what a CPU does when one comes, and what its sender may rely on. Each verdict was derived before.
/// </summary>
public class InterruptTests
{
    private const string Handler = "tlbi vmalle1\n    dsb nsh\n    isb\n    acked += 1\n";

    private const string Wait = "    wait acked == num_online_cpus - 1\n";

    // Without the rendezvous that stops sharing, for checks without CnP.
    private static readonly string Flush = CheckedProtocols.Find("percpu-tlbi-cnp")!.File.Text
        .Replace("protocol percpu-tlbi-cnp", "protocol mine", StringComparison.Ordinal);

    [Fact]
    public void A_flush_on_every_CPU_is_enough_without_CnP() => Assert.Null(Violated(Flush));

    [Theory]
    // Nothing is flushed, or the flush is not complete.
    [InlineData("tlbi vmalle1\n    dsb nsh\n    isb\n    acked", "acked", "freed-table")]
    [InlineData("dsb nsh\n    isb\n    acked", "isb\n    acked", "freed-table")]
    // Until the ISB, or the return, the CPU may use what it has flushed; the sender does not wait for that.
    [InlineData("isb\n    acked += 1", "acked += 1", "stale-translation")]
    [InlineData("isb\n    acked += 1", "acked += 1\n    isb", "stale-translation")]
    // The interrupt overtakes the store that it is about.
    [InlineData("dsb ishst\n    send ipi", "send ipi", "freed-table")]
    [InlineData("dsb ishst\n    send ipi", "send ipi\n    dsb ishst", "freed-table")]
    [InlineData("    send ipi\n", "", "endless-wait")]
    [InlineData("    acked += 1\n", "", "endless-wait")]
    [InlineData("wait acked == num_online_cpus - 1", "wait acked == num_online_cpus", "endless-wait")]
    [InlineData("wait acked == num_online_cpus - 1", "isb", "freed-table")]
    public void Each_part_is_needed(string from, string to, string property) =>
        Assert.Equal(property, Violated(Flush.Replace(from, to, StringComparison.Ordinal)));

    // The sender takes no interrupt of its own.
    [Fact]
    public void The_sender_flushes_itself() => Assert.Equal("freed-table", Violated(Flush.Replace(
        "    tlbi vmalle1\n    dsb nsh\n    isb\n" + Wait, Wait, StringComparison.Ordinal)));

    // Interrupts are masked in the whole program and taken at its end, or never.
    [Theory]
    [InlineData("msr daifset, #2\nisb\nmsr daifclr, #2", null)]
    [InlineData("msr daifset, #2\nisb", "endless-wait")]
    [InlineData("msr daifset, #2; msr daifclr, #2; isb", null)]
    public void A_masked_interrupt_waits(string steps, string? property) =>
        Assert.Equal(property, Violated(With(steps, Handler, isFlushed: true)));

    // Two interrupts at a CPU that masks them are one, so the second answer never comes.
    [Fact]
    public void An_interrupt_that_is_pending_already_is_not_taken_twice()
    {
        string twice = Flush.Replace("send ipi", "send ipi\n    send ipi", StringComparison.Ordinal);
        Assert.Equal("endless-wait", Violated(twice.Replace(
            "wait acked == num_online_cpus - 1", "wait acked == 2", StringComparison.Ordinal)));
        string between = Flush.Replace(
            "send ipi", "send ipi\n    wait acked == 1\n    send ipi", StringComparison.Ordinal);
        Assert.Null(Violated(between.Replace(
            "wait acked == num_online_cpus - 1", "wait acked == 2", StringComparison.Ordinal)));
    }

    // CPU 1 writes the reserved root without an ISB; the exception is a context synchronization event, after which the
    // handler's own address has no translation. Masked, nothing happens until the map is back.
    [Theory]
    [InlineData("msr daifset, #2\n", null)]
    [InlineData("", "unexpected-fault")]
    public void An_interrupt_on_the_idmap_needs_the_kernels_map(string mask, string? property)
    {
        string dance = $"""
            msr ttbr0_el1, reserved_pg_dir; isb; tlbi vmalle1; dsb nsh; isb
            msr tcr_el1, idmap_t0sz; isb; msr ttbr0_el1, idmap_pg_dir; isb
            {mask}br wait_linear_map_split_to_ptes
            msr ttbr1_el1, reserved_pg_dir; isb; tlbi vmalle1; dsb nsh; isb
            msr ttbr1_el1, swapper_pg_dir; isb; ret
            msr ttbr0_el1, reserved_pg_dir; isb; tlbi vmalle1; dsb nsh; isb; msr tcr_el1, default_t0sz; isb
            """ + (mask.Length > 0 ? "\nmsr daifclr, #2" : "");
        Assert.Equal(property, Violated(With(dance, Handler, isFlushed: true)));
    }

    // CPU 1 leaves CnP behind at the interrupt at the latest, and so shares nothing that it has flushed.
    [Fact]
    public void An_interrupt_makes_a_written_root_effective()
    {
        string text = CheckedProtocols.Find("percpu-tlbi")!.File.Text.Replace(
            "protocol percpu-tlbi", "protocol mine", StringComparison.Ordinal);
        int at = text.LastIndexOf("    isb\n    apart += 1", StringComparison.Ordinal);
        string without = text.Remove(at, "    isb\n".Length);
        Assert.Null(Violated(without, new() { Cpus = 3 }));
        string shared = text.Replace("    wait apart == num_online_cpus - 1\n", "", StringComparison.Ordinal);
        Assert.Equal("freed-table", Violated(shared, new() { Cpus = 3 }));
    }

    /// <summary>
    /// CPU 1 takes the interrupt at some place of its program: that is the same as a program which waits there for a
    /// word instead, for one of the places. The second machine has neither interrupts nor several writers.
    /// </summary>
    [Fact]
    public void An_interrupt_is_taken_at_one_place_of_a_program_or_another() => Gen.Select(
        Part(["isb", "dsb nsh", "dsb ish", "tlbi vmalle1", "other += 1", "ldr x0, [sp]"], 3),
        Part(["tlbi vmalle1", "dsb nsh", "isb", "acked += 1", "dsb nsh", "tlbi vmalle1"], 5), Gen.Bool)
        .ForAll((main, handled, isOrdered) =>
        {
            string handler = string.Join('\n', handled.Prepend("dsb ish")) + "\n";
            var interrupted = Properties(With(string.Join('\n', main), handler, isOrdered));
            var inlined = Enumerable.Range(0, main.Length + 1).SelectMany(at => Properties(
                WithSignal(
                    [.. main[..at], "wait go == 1", "isb", .. handler.Split('\n')[..^1], "isb", .. main[at..]],
                    isOrdered)));
            Assert.Equal(inlined.Distinct().Order(), interrupted.Order());
        }, iter: 25);

    [Fact]
    public void It_is_proved_for_any_number_of_CPUs_with_one_interrupt()
    {
        var options = new CheckOptions { AnyCpus = true, Cnp = false };
        Assert.Null(Violated(Flush, options));
        // Words that are added to in several interrupts do not count CPUs.
        string again = Flush.Replace("    free the", "    send ipi\n    free the", StringComparison.Ordinal);
        Assert.Equal(CheckVerdict.NotDecided, Check(again, options with { MemoryLimit = 1 << 22 }).Verdict);
    }

    [Fact]
    public void Each_step_of_the_handler_is_a_mutant()
    {
        var protocol = CheckedProtocols.Parse("f", Flush);
        var matrix = MutantMatrix.Of(protocol, new() { Cpus = 2, Cnp = false }, null, CancellationToken.None);
        Assert.Equal(
            ["flush 1, remove: tlbi vmalle1", "flush 2, remove: dsb nsh", "flush 3, remove: isb",
                "flush 4, remove: acked += 1"],
            matrix.Removals(CpuProgram.Handler).Select(m => m.Mutant.Name));
        Assert.All(matrix.Removals(CpuProgram.Handler),
            m => Assert.Equal(CheckVerdict.Violated, m.Report.Verdict));
    }

    [Fact]
    public void A_counterexample_says_when_the_interrupt_is_taken_and_left()
    {
        var report = Check(Flush.Replace("isb\n    acked += 1", "acked += 1", StringComparison.Ordinal),
            new() { Cpus = 2, Cnp = false });
        Assert.Contains(report.Counterexample!.Events, e => e is { Cpu: 1, Action: "takes the interrupt" });
        Assert.Contains(report.Counterexample.Events, e => e.Lanes[1].Pending.Contains("interrupt"));
    }

    [Theory]
    [InlineData("wait acked == 0", "expected a step that a CPU that takes an interrupt may perform")]
    [InlineData("pmd(below text) = 0", "which is for boot cpu and secondaries and cpu 1")]
    [InlineData("send ipi", "found \"send ipi\"")]
    [InlineData("msr daifset #2", "(the nearest is \"msr daifset, #2\")")]
    public void What_a_handler_cannot_do_is_refused(string step, string message) => Assert.Contains(
        message, Assert.Throws<InputException>(() => CheckedProtocols.Parse("f", Flush + step + "\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Grains_take_no_interrupts()
    {
        string repaint = Flush.Replace("map      remove-table", "map repaint", StringComparison.Ordinal);
        Assert.Equal("phase flush: expected no phase on ipi, because grains take no interrupts, found one",
            RunLimits.WhyNot(CheckedProtocols.Parse("f", repaint).File));
    }

    private static string With(string program, string handler, bool isFlushed) => $"""
        protocol mine
        about a test
        origin a test
        levels 3
        map remove-table
        phase change, boot cpu
        pmd(below text) = 0{(isFlushed ? "; dsb ishst" : "")}
        send ipi
        tlbi vmalle1; dsb nsh; isb
        wait acked == 1
        free the table below text
        {(program.Length > 0 ? "phase main, secondaries\n" + program : "")}
        phase handle, on ipi
        {handler}
        """;

    private static string WithSignal(string[] program, bool isOrdered) =>
        With(string.Join('\n', program), "isb", isOrdered).Replace("send ipi", "go = 1", StringComparison.Ordinal);

    private static Gen<string[]> Part(string[] steps, int most) =>
        Gen.Int[0, steps.Length - 1].Select(i => steps[i]).Array[0, most];

    private static List<string> Properties(string text) =>
        [.. Check(text, new() { Cpus = 2, Cnp = false }).Violated.Select(v => v.Property.Name)];

    private static string? Violated(string text, CheckOptions? options = null) =>
        Check(text, options ?? new() { Cpus = 2, Cnp = false }).Property?.Name;

    private static CheckReport Check(string text, CheckOptions options) =>
        new ProtocolCheck(CheckedProtocols.Parse("f", text), options, CancellationToken.None).Run();
}
