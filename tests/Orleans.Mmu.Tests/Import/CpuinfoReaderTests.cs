using Orleans.Mmu.Import.Cpus;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>/proc/cpuinfo: MIDRs, holes, other architectures.</summary>
public sealed class CpuinfoReaderTests
{
    private const string One = "processor : 0\nCPU implementer : 0x41\nCPU variant : 0x0\nCPU part : 0xd84\n"
        + "CPU revision : 2\n";

    [Fact]
    public void A_MIDR_is_put_together_from_its_fields()
    {
        var list = Read(Samples.Cpuinfo);

        Assert.Equal([(0, 0x410fd842u), (1, 0x414fd0c1u)], list.Cpus.Select(c => (c.Number, c.Midr.Value)));
        Assert.Contains("bti", list.BootFeatures);
        Assert.Empty(list.Warnings);
    }

    [Fact]
    public void A_hole_in_the_numbers_is_a_CPU_that_was_offline()
    {
        string text = One + One.Replace(": 0\n", ": 4\n", StringComparison.Ordinal)
            + One.Replace(": 0\n", ": 2\n", StringComparison.Ordinal);

        var list = Read(text);

        Assert.Equal([0, 2, 4], list.Cpus.Select(c => c.Number));
        Assert.Equal(
            ["cpuinfo: CPU 1 is offline, and left out", "cpuinfo: CPU 3 is offline, and left out"], list.Warnings);
    }

    [Theory]
    [InlineData("", "cpuinfo:1: expected a line such as \"processor : 0\", found none")]
    [InlineData("processor : 0\nvendor_id : GenuineIntel", "cpuinfo:2: expected the CPUs of an arm64 kernel, with "
        + "\"CPU implementer\", found x86's \"vendor_id : GenuineIntel\"")]
    [InlineData("flags : fpu vme", "cpuinfo:1: expected the CPUs of an arm64 kernel, with \"CPU implementer\", found "
        + "x86's \"flags : fpu vme\"")]
    [InlineData("processor : 0\nmodel name : ARMv7 Processor rev 3 (v7l)", "cpuinfo:2: expected the CPUs of an arm64 "
        + "kernel, with \"CPU implementer\", found 32-bit Arm's \"model name : ARMv7 Processor rev 3 (v7l)\"")]
    [InlineData("processor : 0\nCPU implementer : 0x41\nCPU architecture: 7", "cpuinfo:3: expected the CPUs of an "
        + "arm64 kernel, with \"CPU implementer\", found 32-bit Arm's \"CPU architecture: 7\"")]
    [InlineData("processor : 0\nhart : 2", "cpuinfo:2: expected the CPUs of an arm64 kernel, with \"CPU implementer\", "
        + "found RISC-V's \"hart : 2\"")]
    [InlineData("vendor_id : IBM/S390", "cpuinfo:1: expected the CPUs of an arm64 kernel, with \"CPU implementer\", "
        + "found s390's \"vendor_id : IBM/S390\"")]
    [InlineData("processor : 0\nCPU part : 0xd84", "cpuinfo:1: expected \"CPU implementer\" for processor 0, "
        + "found none")]
    [InlineData("processor : 0\nCPU part : 0xd84\nCPU part : 1", "cpuinfo:3: expected \"CPU part\" once for processor "
        + "0, found it again")]
    [InlineData(One + One, "cpuinfo:6: expected each processor once, found 0 also in cpuinfo:1")]
    [InlineData("processor : x", "cpuinfo:1: expected a number from 0 to 2147483647, found \"x\"")]
    [InlineData("processor : 0\nCPU revision : 16", "cpuinfo:2: expected a number from 0 to 15, found \"16\"")]
    [InlineData("processor : 0\nCPU", "cpuinfo:2: expected a line such as \"CPU part : 0xd84\", found \"CPU\"")]
    public void Anything_else_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Read(text)).Message);

    private static CpuList Read(string text) => CpuinfoReader.Read(Samples.File("cpuinfo", text));
}
