namespace Orleans.Mmu.Benchmarks.Numbers;

/// <summary>A command that a user gives, to be measured from process start to result.</summary>
/// <param name="What">What it does, as a row of the page says it.</param>
/// <param name="Arguments">Behind <c>mmu</c>, with a blank between them.</param>
/// <param name="ExitCode">3 where the answer is a violation.</param>
internal sealed record WholeProgram(string What, string Arguments, int ExitCode = 0)
{
    /// <summary>
    /// What is measured, in this order: a trace is written before it is judged. A name with a slash is a file of the
    /// repository.
    /// </summary>
    public static IReadOnlyList<WholeProgram> All { get; } =
    [
        new("start, and nothing else", "--version"),
        new("the map of a machine of 192 CPUs and 256 GiB", "map ampereone-192-asymmetric"),
        new("a protocol that is wrong, on 2 CPUs", "check spin --cpus 2", 3),
        new("the merged protocol on 4 CPUs", "check idmap-reserved --cpus 4"),
        new("the same for any number of CPUs", "check idmap-reserved --any-cpus"),
        new("its mutants and every pair of steps that it can do without", "check idmap-reserved --mutants"),
        new("its mutants for any number of CPUs", "check idmap-reserved --any-cpus --mutants"),
        new("a boot of 8 CPUs and 4 GiB that repaints", "boot asymmetric"),
        new("a boot of 192 CPUs and 256 GiB: 131,306 blocks to split", "boot ampereone-192-asymmetric"),
        new("the boot of 8 CPUs with a trace of every store, 103 MB", "boot asymmetric --trace boot.log"),
        new("that trace, 1,046,569 events", "lint boot.log --bbm 3,0"),
        new("what each kind of map costs a workload",
            "cost asymmetric --workload tests/traces/xfs-seqread128k-60Minstr.ktr.zst"),
        new("how a map falls into pages, and what that costs the workload",
            "decay asymmetric --workload tests/traces/xfs-seqread128k-60Minstr.ktr.zst"),
        new("a memory trace of 20 million records against TLBs",
            "tlb tests/traces/dmcrypt-seqwrite4k-100Minstr.ktr.zst"),
        new("litmus tests of the dance, on Arm's model", "litmus tests/litmus"),
        new("a trace with a violation and its witness", "lint docs/examples/map-kernel.log --witness", 3),
        new("a machine imported from a real system's files", "import docs/examples/my-machine"),
        new("101,795 states up to symmetry, 6 CPUs", "check reference-park --cpus 6"),
    ];
}
