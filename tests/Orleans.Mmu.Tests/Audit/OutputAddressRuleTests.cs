namespace Orleans.Mmu.Tests.Audit;

/// <summary>The memory that leaves of the linear map stand for, and the one that they map.</summary>
public sealed class OutputAddressRuleTests : IDisposable
{
    private const ulong Spare = 0xffff_8000_c000_0000;

    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    // One bit of the whole map may be a Realm's; two different ones are damage.
    [InlineData(40, 33, 2)]
    [InlineData(39, 38, 2)]
    [InlineData(39, 39, 0)]
    // A bit within memory is never it.
    [InlineData(25, 25, 2)]
    public async Task Flipped_bits_of_output_addresses(int first, int second, int findings)
    {
        var map = MadeMap.Good()
            .Block(MadeMap.Linear + 0xa0_0000, (MadeMap.Ram + 0xa0_0000) ^ 1UL << first, MadeMap.Data)
            .Block(MadeMap.Linear + 0x100_0000, (MadeMap.Ram + 0x100_0000) ^ 1UL << second, MadeMap.Data);
        string[] found = await _files.FindingsAsync(map);

        Assert.Equal(findings, found.Length);
        Assert.All(found, f => Assert.StartsWith("wrong-output-address ", f, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x4000_0000, 0x0)]
    [InlineData(0x8000_0000, 0x0)]
    [InlineData(0xc000_0000, 0x8000_0000)]
    public async Task A_large_leaf_does_not_outvote_the_rest(ulong at, ulong output)
    {
        // The leaf maps 1 GB, the rest 64 MB, which would lie below 0 by the leaf's offset.
        var map = MadeMap.Good().Word(MadeMap.Linear + at, 1, output | MadeMap.Data | 1);

        Assert.Equal([$"wrong-output-address 0x{MadeMap.Linear + at:x} 0x{MadeMap.Linear + at + 0x4000_0000:x}"],
            await _files.FindingsAsync(map));
    }

    [Fact]
    public async Task Other_memory_in_the_linear_map() => Assert.Equal(
        ["wrong-output-address 0xffff000000a00000 0xffff000000c00000"],
        await _files.FindingsAsync(MadeMap.Good().Block(MadeMap.Linear + 0xa0_0000, 0x1_0000_0000, MadeMap.Data)));

    [Fact]
    public async Task Memory_that_a_Realm_shares_with_the_host_is_a_note()
    {
        var map = MadeMap.Good().Block(
            MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000 + (1UL << 39), MadeMap.Data);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(0, run.Code);
        Assert.Contains("note: 2M of the linear map have an address bit", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Spare)]
    [InlineData(MadeMap.Linear + 0x400_0000)]
    public async Task An_address_beyond_the_physical_address_size(ulong at)
    {
        // TCR_EL1.IPS of the registers is 5: 48 bits; of these, 3: 42 bits.
        string registers = AuditRun.Registers.Replace("0x005001f5b5503510", "0x005001f3b5503510",
            StringComparison.Ordinal);
        var map = MadeMap.Good().Page(at, 1UL << 42 | MadeMap.Ram + 0x400_0000, MadeMap.Data);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", registers), "--json");

        Assert.Equal([$"output-beyond-pa 0x{at:x} 0x{at + 0x1000:x}"], AuditRun.Findings(run));
    }

    // The shared bit of a Realm of 40 bits is bit 39.
    [Theory]
    [InlineData("", 39, true)]
    [InlineData(", \"realm\": { \"ipaBits\": 40 }", 39, false)]
    [InlineData(", \"realm\": { \"ipaBits\": 40 }", 38, true)]
    [InlineData(", \"realm\": { \"ipaBits\": 39 }", 38, false)]
    public async Task A_machine_says_whether_a_bit_is_a_Realm_s(string realm, int bit, bool isWrong)
    {
        string machine = _files.Save("m.json", $$"""
            {
              "name": "m",
              "kernel": {
                "version": "6.18", "pageSize": "4K", "vaBits": 48, "commandLine": "",
                "image": {
                  "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42390000", "initEnd": "0x42720000",
                  "bssStop": "0x42c9a730", "end": "0x42cb0000"
                }{{realm}}
              },
              "memory": [ { "start": "0x40000000", "size": "1G" } ],
              "cpus": [ { "midr": "0x410fd842" } ]
            }
            """);
        var map = MadeMap.Good().Block(
            MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000 + (1UL << bit), MadeMap.Data);
        var run = await AuditRun.OfAsync(_files.Save("t.bin", map.ToTables()), "--registers",
            _files.Save("r.txt", AuditRun.Registers), "--machine", machine);

        Assert.True(run.Code == 3, run.Error);
        Assert.Equal(isWrong, run.Out.Contains("\nwrong-output-address ", StringComparison.Ordinal));
        Assert.Equal(!isWrong, run.Out.Contains("note: 2M of the linear map have an address bit",
            StringComparison.Ordinal));
    }
}
