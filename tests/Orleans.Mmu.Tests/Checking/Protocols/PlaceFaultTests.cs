using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>A boot warns of what its protocol does wrong by registers alone, which grains do not judge.</summary>
public class PlaceFaultTests
{
    [Fact]
    public void A_protocol_that_holds_has_none()
    {
        foreach (var protocol in CheckedProtocols.All)
        {
            if (new ProtocolCheck(protocol, new() { Cpus = 2 }, default).Run().Verdict == CheckVerdict.Holds)
                Assert.Empty(PlaceFaults.Warnings(protocol));
        }
    }

    [Theory]
    [InlineData("msr ttbr1_el1, reserved_pg_dir; isb; tlbi vmalle1; dsb nsh; isb; msr ttbr1_el1, swapper_pg_dir; isb",
        "\"msr ttbr1_el1, reserved_pg_dir\" violates unexpected-fault on every schedule")]
    [InlineData("msr tcr_el1, epd1; isb; msr tcr_el1, epd1 clear; isb",
        "\"msr tcr_el1, epd1\" violates unexpected-fault on every schedule")]
    [InlineData("msr ttbr0_el1, idmap_pg_dir; isb; msr tcr_el1, idmap_t0sz; isb; msr tcr_el1, default_t0sz; "
        + "msr ttbr0_el1, reserved_pg_dir; isb",
        "\"msr ttbr0_el1, idmap_pg_dir\" violates walk-size on every schedule")]
    [InlineData("msr tcr_el1, epd0; isb", "\"msr tcr_el1, epd0\" violates idmap-left-behind on every schedule")]
    public void What_a_register_does_is_named_with_its_line(string steps, string warning)
    {
        var protocol = CheckedProtocols.Parse("mine.protocol", Text(steps));

        Assert.Equal(CheckVerdict.Violated, new ProtocolCheck(protocol, new() { Cpus = 2 }, default).Run().Verdict);
        Assert.StartsWith(
            $"mine.protocol:11: {warning}", Assert.Single(PlaceFaults.Warnings(protocol).Distinct()),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_boot_prints_them()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mmu").FullName, "mine.protocol");
        await File.WriteAllTextAsync(file, Text("msr tcr_el1, epd1; isb; msr tcr_el1, epd1 clear; isb"));

        var run = await CommandRun.WithoutSiloAsync("boot", "symmetric", "--protocol", file);

        Assert.Contains("violates unexpected-fault on every schedule", run.Error, StringComparison.Ordinal);
    }

    private static string Text(string steps) => $"""
        protocol mine
        about    secondaries do something with their registers while CPU 0 splits
        origin   this test
        levels   3
        map      repaint

        phase announce, boot cpu
            flag = 1; smp_mb

        phase park, secondaries
            {steps}
            flag += 1

        phase repaint, boot cpu
            wait flag == num_online_cpus
            split [PAGE_OFFSET, lm_alias(_stext)); split [lm_alias(__init_begin), PAGE_END)
            tlbi vmalle1is; dsb ish; isb
            flag = 0

        phase resume, secondaries
            wfe until flag == 0

        """;
}
