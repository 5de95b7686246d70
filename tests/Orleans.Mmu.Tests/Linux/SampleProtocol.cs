namespace Orleans.Mmu.Tests.Linux;

/// <summary>A protocol file that has every header and uses the freedom of the language.</summary>
internal static class SampleProtocol
{
    public const string Dance = """
        # a comment, then the headers in another order
        map      repaint
        levels   3, 0                        # CPU 0, then all others
        protocol my-dance
        origin   the thread of March 2025
        about    secondaries wait in the idmap

        phase announce, boot cpu
            flag = 1; smp_mb
        phase park , secondaries
        msr ttbr0_el1,   reserved_pg_dir;isb
            flag += 1;
        phase repaint, boot cpu
            wait flag == num_online_cpus; split [PAGE_OFFSET, lm_alias(_stext)); flag = 0
        phase resume, secondaries
            wfe until flag == 0
        """;
}
