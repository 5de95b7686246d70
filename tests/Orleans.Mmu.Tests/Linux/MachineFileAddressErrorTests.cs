using Orleans.Mmu.Linux.MachineFiles;
using static Orleans.Mmu.Tests.Linux.MachineFileRefusal;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Addresses of a machine file that cannot be: of the image, of memory and of what lies in it.</summary>
public sealed class MachineFileAddressErrorTests
{
    [Theory]
    [InlineData("0x40210000", "zero", 8, "kernel.image.stext: expected an address such as \"0x40000000\", below "
        + "2^52, found \"zero\"")]
    [InlineData("0x40210000", "0x10000000000000", 8, "kernel.image.stext: expected an address such as "
        + "\"0x40000000\", below 2^52, found \"0x10000000000000\"")]
    [InlineData("\"0x40210000\"", "-1", 8, "kernel.image.stext: expected an address such as \"0x40000000\", below "
        + "2^52, found -1")]
    [InlineData("0x40210000", "0x40210800", 8, "kernel.image.stext: expected a multiple of 4K, found 0x40210800")]
    [InlineData("0x42d00000", "0x41d00000", 9, "kernel.image.initEnd: expected an address not below initBegin "
        + "(0x42900000), found 0x41d00000")]
    [InlineData("0x42900000", "0x40211000", 8, "kernel.image.initBegin: expected at least 8 pages after stext, found "
        + "0x40211000")]
    [InlineData("\"0x140000000\"", "\"0x43000000\"", 8,
        "kernel.image: expected the image [0x40200000, 0x43440000) inside one range of mapped memory, found it "
        + "outside")]
    [InlineData("\"cpus\"", "\"noMap\": [{ \"start\": \"0x41000000\", \"size\": \"64K\" }], \"cpus\"", 8,
        "kernel.image: expected the image [0x40200000, 0x43440000) outside noMap, found it over "
        + "[0x41000000, 0x41010000)")]
    public void Images(string old, string replacement, int line, string message) =>
        Fails(old, replacement, line, message);

    [Theory]
    [InlineData("\"0x48000000\"", "expected a multiple of 0x40000000, found 0x48000000")]
    [InlineData("\"0x80000000\"", "expected an address not above memory (0x40000000) and at most 0x800000000000 "
        + "below it, found 0x80000000")]
    public void Physical_offsets(string offset, string message) =>
        Fails("\"commandLine\": \"\"", $"\"physicalOffset\": {offset}", 7, $"kernel.physicalOffset: {message}");

    [Theory]
    [InlineData("\"0x13fe00000\"", null)]
    [InlineData("\"0x13fe00800\"", "expected a multiple of 4K, found 0x13fe00800")]
    [InlineData("\"0x13ff00000\"", "expected 2048K inside memory that the kernel maps, found 0x13ff00000")]
    [InlineData("\"0x40200000\"", "expected 2048K beside the kernel image [0x40200000, 0x43440000), found 0x40200000")]
    [InlineData("\"0x10000000\"", "expected 2048K inside memory that the kernel maps, found 0x10000000")]
    public void Kfence_pools(string pool, string? message)
    {
        string text = MachineText.With("\"commandLine\": \"\"", $"\"kfencePool\": {pool}");
        if (message is null)
            Assert.NotNull(MachineFile.Parse(MachineText.File, text).KfencePool);
        else
            Assert.Equal($"m.json:7: kernel.kfencePool: {message}", Message(text));
    }

    [Theory]
    [InlineData("", 12, "memory: expected at least one range, found none")]
    [InlineData("""{ "start": "0x40000000", "end": "0x40000000" }""", 13, "memory[0].end: expected an address above "
        + "start (0x40000000), found 0x40000000")]
    [InlineData("""{ "start": "0x40000000", "end": "0x3f000000" }""", 13, "memory[0].end: expected an address above "
        + "start (0x40000000), found 0x3f000000")]
    [InlineData("""{ "start": "0x40000000", "end": "0x140000000", "size": "4G" }""", 13, "memory[0].size: expected "
        + "\"end\" or \"size\", found both")]
    [InlineData("""{ "start": "0x40000000", "size": "4X" }""", 13, "memory[0].size: expected a size such as "
        + "\"256G\", found \"4X\"")]
    [InlineData("""{ "start": "0x40000000", "size": 0 }""", 13, "memory[0].size: expected a size such as \"256G\", "
        + "found 0")]
    [InlineData("""{ "start": "0x40000000", "size": "9999999999T" }""", 13, "memory[0].size: expected a size such as "
        + "\"256G\", found \"9999999999T\"")]
    [InlineData("""{ "start": "0x800000000000", "size": "256T" }""", 13, "memory[0].size: expected memory below "
        + "2^48, found 0x1800000000000")]
    [InlineData("""{ "start": "0x40000000", "size": "65T" }""", 12, "memory: expected at most 64T of memory, found "
        + "66560G")]
    [InlineData(MachineText.Memory + ",\n    " + """{ "start": "0x100000000", "size": "8G" }""", 14,
        "memory[1]: expected ranges that do not overlap, found [0x100000000, 0x300000000) and [0x40000000, "
        + "0x140000000)")]
    public void Memory_ranges(string ranges, int line, string message) =>
        Fails(MachineText.Memory, ranges, line, message);

    [Fact]
    public void Too_many_ranges()
    {
        string ranges =
            string.Join(",", Enumerable.Range(0, 4097).Select(i => $$"""{ "start": {{i * 8192L}}, "size": "4K" }"""));
        Fails("\"cpus\"", $"\"noMap\": [{ranges}], \"cpus\"", 15, "noMap: expected at most 4096 ranges, found 4097");
    }
}
