using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Calls of a changes file, and what they leave in the linear map.</summary>
public sealed class ChangesFileTests
{
    // 1 GiB above PAGE_OFFSET, in a 1G block; its PA is 0x80000000.
    private const string Page = "0xffff000040000000";
    private const string Area = "0xffff800080000000";

    private static readonly MachineDescription Machine = Describe("7.3");

    [Theory]
    [InlineData("set_direct_map_invalid_noflush", "set_direct_map_invalid")]
    [InlineData("set_direct_map_default_noflush", "set_direct_map_default")]
    public void A_call_without_noflush_is_the_same_call(string name, string shorter) => Assert.Equal(
        Parse(Machine, $"{name} {Page} 2")[0], Parse(Machine, $"{shorter} {Page} 2")[0]);

    [Fact]
    public void Pages_may_be_hexadecimal() => Assert.Equal(
        Parse(Machine, $"set_memory_ro {Page} 16")[0], Parse(Machine, $"set_memory_ro {Page} 0x10")[0]);

    [Theory]
    [InlineData("set_memory_ro({0}, 16);")]
    [InlineData("  set_memory_ro ( {0} , 0x10 )")]
    [InlineData("changed after boot: set_memory_ro {0} 16")]
    public void A_call_may_be_written_as_C_and_mmu_audit_write_it(string line) => Assert.Equal(
        Parse(Machine, $"set_memory_ro {Page} 16")[0],
        Parse(Machine, line.Replace("{0}", Page, StringComparison.Ordinal))[0]);

    [Fact]
    public void An_invalid_page_of_the_direct_map_is_alone_and_comes_back()
    {
        string invalid = $"set_direct_map_invalid_noflush {Page} 2";

        Assert.Equal((2L, 2L), Count(Machine, invalid, row => row[6] == "0"));
        Assert.Equal((0L, 0L), Count(Machine, invalid + $"\nset_direct_map_default_noflush {Page} 2",
            row => row[6] == "0"));
    }

    [Fact]
    public void Where_the_map_cannot_change_the_direct_map_calls_do_nothing()
    {
        var machine = Describe("7.3", "rodata=off kfence.sample_interval=100");

        Assert.Equal(Leaves(machine, ""), Leaves(machine, $"set_direct_map_invalid_noflush {Page} 2"));
    }

    [Fact]
    public void Code_pages_are_read_only_through_the_linear_map_and_stay_not_executable()
    {
        Assert.Equal(Leaves(Machine, $"set_memory_ro {Page} 2"), Leaves(Machine, $"set_memory_rox {Page} 2"));
        Assert.NotEqual(Leaves(Machine, ""), Leaves(Machine, $"set_memory_rox {Page} 2"));
    }

    [Theory]
    [InlineData("set_memory_ro", true)]
    [InlineData("set_memory_rox", true)]
    [InlineData("set_memory_nx", false)]
    [InlineData("set_memory_invalid", false)]
    public void A_call_on_an_area_changes_the_aliases_that_the_kernel_changes(string call, bool aliases)
    {
        string text = $"vmalloc {Area} 4 0x80000000\n{call} 0xffff800080001000 0x2";

        Assert.Equal(Leaves(Machine, aliases ? "set_memory_ro 0xffff000040001000 2" : ""), Leaves(Machine, text));
    }

    [Fact]
    public void A_kernel_that_walks_the_whole_area_changes_aliases_that_were_not_asked_for() => Assert.Equal(
        Leaves(Describe("6.18"), "set_memory_ro 0xffff000040000000 4"),
        Leaves(Describe("6.18"), $"vmalloc {Area} 4 0x80000000\nset_memory_ro 0xffff800080001000 2"));

    [Theory]
    [InlineData($"vmalloc {Area} 4 0x80000000\nset_memory_ro 0xffff800080004000 1",
        "c:2: expected an address of the linear map (0xffff000000000000 to 0xffff800000000000) or of an area of an "
        + "earlier line, found 0xffff800080004000")]
    [InlineData($"vmalloc {Area} 4 0x80000000\nset_memory_ro {Area} 5",
        $"c:2: expected pages that end at 0xffff800080004000, found 5 from {Area}")]
    [InlineData($"vmalloc {Area} 4 0x80000000\nset_direct_map_invalid_noflush {Area} 1",
        "c:2: expected an address of the linear map (0xffff000000000000 to 0xffff800000000000), found "
        + $"{Area} of the area at {Area}")]
    [InlineData($"vmalloc {Area} 4 0x80000000\nvmalloc 0xffff800080003000 1 0x90000000",
        "c:2: expected addresses of no area so far, found those of [0xffff800080000000, 0xffff800080004000)")]
    public void Areas_have_ends(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Parse(Machine, text)).Message);

    [Theory]
    [InlineData("6.13")]
    [InlineData("7.3")]
    public void A_realm_shares_pages_by_an_address_bit_and_takes_them_back(string version)
    {
        var realm = Describe(version, realm: 33);

        var shared = Leaves(realm, $"set_memory_decrypted {Page} 4");

        Assert.Single(shared, row => row[2] == "0x180000000" && row[4] == "4096" && row[5] == "4" && row[6] == "1");
        Assert.Equal(Leaves(realm, $"set_memory_rw {Page} 4"), Leaves(realm,
            $"set_memory_decrypted {Page} 4\nset_memory_encrypted {Page} 4"));
    }

    [Fact]
    public void A_version_before_realms_is_refused_with_the_first_that_has_them() => Assert.Equal(
        "c:1: set_memory_encrypted: expected a kernel from 6.13 on, which can be a realm's",
        Assert.Throws<InputException>(() => Parse(Describe("6.12"), $"set_memory_encrypted {Page} 1")).Message);

    [Theory]
    [InlineData("6.12", 40, "m.json:7: kernel.realm: expected a kernel from 6.13 on, found 6.12")]
    [InlineData("7.3", 32, "m.json:7: kernel.realm.ipaBits: expected a whole number from 33 to 48, found 32")]
    [InlineData("7.3", 33, "m.json:7: kernel.realm.ipaBits: expected memory below 0x100000000, half of the realm's "
        + "addresses, found 0x140000000")]
    public void A_realm_must_be_possible(string version, int bits, string message) => Assert.Equal(message,
        Assert.Throws<InputException>(() => MachineFile.Parse("m.json", MachineText
            .With("\"commandLine\": \"\"", $"\"realm\": {{ \"ipaBits\": {bits} }}")
            .Replace("7.3", version, StringComparison.Ordinal))).Message);

    private static MachineDescription Describe(string version, string commandLine = "", int? realm = null) =>
        new TestMachine
        {
            Version = version,
            CommandLine = commandLine,
            Memory = [(0x4000_0000, 0xc000_0000)],
            Cpus = [TestMachine.Listed],
            RealmIpaBits = realm,
        }.Describe();

    private static IReadOnlyList<MapChange> Parse(MachineDescription machine, string text) =>
        ChangesFile.Parse("c", new StringReader(text), machine);

    private static List<string[]> Leaves(MachineDescription machine, string text)
    {
        var boot = LinearMapBoot.Of(machine);
        var tables = ChangedMap.Apply(KernelContext.AfterBoot(machine, boot.Painter), boot.Final,
            Parse(machine, text), (change, warning) => Assert.Fail($"line {change.Line}: {warning}"),
            CancellationToken.None);
        return [.. LeavesText.Lines(new KernelMap(tables, boot.Painter.Swapper, MapRange.Linear)).Skip(1)
            .Select(line => line.Split('\t'))];
    }

    // Leaves of the linear map in runs that have a property, and how many of them are single pages.
    private static (long Leaves, long Pages) Count(
        MachineDescription machine, string text, Func<string[], bool> property)
    {
        // The alias of data and bss is invalid since 7.3, whatever changes.
        string from = Page;
        var rows = Leaves(machine, text).Where(r => property(r) && string.CompareOrdinal(r[0], from) >= 0).ToList();
        return (rows.Sum(Number), rows.Where(r => r[4] == "4096").Sum(Number));

        static long Number(string[] row) =>
            long.Parse(row[5], System.Globalization.CultureInfo.InvariantCulture);
    }
}
