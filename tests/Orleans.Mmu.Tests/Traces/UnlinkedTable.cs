namespace Orleans.Mmu.Tests.Traces;

/// <summary>A tree that both CPUs have left and flushed, and how a CPU takes it up.</summary>
internal static class UnlinkedTable
{
    public const ulong Output = 0x4000_0000;
    public const ulong Other = 0x8000_0000;
    public const ulong ReadOnly = 1UL << 7;
    public const ulong Empty = 0x8000;
    public const ulong NewPte = 0xa000;
    public const ulong Link = TraceText.Pte | 3;

    public static TraceText Away()
    {
        var trace = TraceText.Tree(Link, t => t.Write(TraceText.Pte, TraceText.Page(Output)).Dsb());
        for (int cpu = 0; cpu < 2; cpu++)
        {
            trace.Register("ttbr0_el1", Empty, cpu).Isb(cpu).Add("tlbi ID vmalle1", cpu)
                .Add("barrier ID dsb (kind nsh)", cpu);
        }

        return trace;
    }

    public static TraceText Walk(TraceText trace, int cpu) =>
        trace.Register("ttbr0_el1", TraceText.Root, cpu).Isb(cpu);

    public static string VerdictsOf(TraceText trace, int cpu) => TraceText.Verdicts(Walk(trace, cpu));

    public static TraceText Dsb(TraceText trace, string? dsb, int cpu = 0) =>
        dsb is null ? trace : trace.Add($"barrier ID dsb (kind {dsb})", cpu);

    public static TraceText Plain(TraceText trace, ulong address, ulong value) =>
        trace.Add($"mem-write ID (mem-order plain) (address 0x{address:x}) (value 0x{value:x})");
}
