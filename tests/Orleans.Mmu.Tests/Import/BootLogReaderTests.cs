using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Import.Logs;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Boot messages, whatever stands in front of them.</summary>
public sealed class BootLogReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<6>")]
    [InlineData("Nov 29 12:00:00 host kernel: ")]
    [InlineData("\u001b[32m[    0.000000] \u001b[0m")]
    [InlineData("02-06 12:00:00.000     0     0 I         : ")]
    public void Messages_give_release_command_line_CPUs_and_memory(string prefix)
    {
        string text = string.Join('\n', Samples.Dmesg.Split('\n').Select(l => prefix + l + "\r"));

        var log = BootLogReader.Read(Samples.File("dmesg", text));

        Assert.Equal("6.18.15+deb13-arm64", log.Release!.Value.Text);
        Assert.Equal("rodata=noalias quiet", log.CommandLine!.Value);
        Assert.Equal([0x410fd842u, 0x414fd0c1u], log.Cpus.Select(c => c.Midr.Value));
        Assert.Equal(3, log.Layout!.Memory.Count);
        Assert.Equal("[0x90000000, 0x90200000)", Assert.Single(log.Layout.NoMap).Range.ToString());
        Assert.Equal((true, false, false), (log.Has52BitAddresses, log.Security.Kaslr?.Value, log.IsUefi));
    }

    [Theory]
    [InlineData("{{\"MESSAGE\":{0},\"PRIORITY\":\"6\",\"_TRANSPORT\":\"kernel\"}}")]
    [InlineData("         \"msg\": {0}")]
    [InlineData("        {0},")]
    [InlineData("  {0}\r")]
    public void Messages_in_JSON_lose_its_escapes(string form)
    {
        string dmesg = Samples.Dmesg.Replace("quiet", "quiet dyndbg=\"file mmu.c +p\"", StringComparison.Ordinal);
        string text = string.Join('\n', dmesg.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l =>
            string.Format(CultureInfo.InvariantCulture, form, JsonSerializer.Serialize(l))));

        var log = BootLogReader.Read(Samples.File("dmesg", text));

        Assert.Equal("rodata=noalias quiet dyndbg=\"file mmu.c +p\"", log.CommandLine!.Value);
        Assert.Equal("6.18.15+deb13-arm64", log.Release!.Value.Text);
        Assert.Equal(3, log.Layout!.Memory.Count);
    }

    [Theory]
    [InlineData("{\"MESSAGE\":[75,101]}")]
    [InlineData("{ MESSAGE \"half")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"msg\": 1")]
    [InlineData("\"")]
    public void A_line_that_only_looks_like_JSON_is_a_line(string line)
    {
        var log = BootLogReader.Read(Samples.File("dmesg", $"{line}\n{Samples.Dmesg}"));

        Assert.Equal("rodata=noalias quiet", log.CommandLine!.Value);
    }

    // dmesg colours a time stamp, and the text up to the first colon.
    [Fact]
    public void Colours_of_a_terminal_do_no_harm()
    {
        string text = string.Join('\n', Samples.Dmesg.Split('\n').Select(l => l.IndexOf(':', StringComparison.Ordinal)
            is > 0 and var colon ? $"\u001b[32m\u001b[33m{l[..(colon + 1)]}\u001b[0;1m{l[(colon + 1)..]}\u001b[K" : l));

        var log = BootLogReader.Read(Samples.File("dmesg", text));

        Assert.Equal("rodata=noalias quiet", log.CommandLine!.Value);
        Assert.Equal(3, log.Layout!.Memory.Count);
        Assert.Equal((true, false), (log.Has52BitAddresses, log.Security.Kaslr?.Value));
    }

    [Fact]
    public void Of_several_boots_the_last_one_counts()
    {
        string second = "Booting Linux on physical CPU 0x0000000000 [0x414fd0c1]\nKernel command line: quiet\n";

        var log = BootLogReader.Read(Samples.File("dmesg", Samples.Dmesg + second));

        Assert.Equal(("quiet", null), (log.CommandLine!.Value, log.Release));
        Assert.Equal(0x414fd0c1u, Assert.Single(log.Cpus).Midr.Value);
    }

    // A console at loglevel=6 lacks "Booting Linux", which is KERN_INFO. Programs may quote a version.
    [Fact]
    public void A_second_Linux_version_begins_a_boot_too()
    {
        var log = BootLogReader.Read(Samples.File("dmesg", """
            [    0.000000] Linux version 6.12.41-arm64 (build@host) (gcc) #1 SMP
            [    0.001000] Kernel command line: loglevel=6 rodata=off
            [    0.002000] KASLR enabled
            [    0.000000] Linux version 6.18.15-arm64 (build@host) (gcc) #1 SMP
            [    0.001000] Kernel command line: loglevel=6 quiet
            [    9.001000] mytool[7]: Linux version 6.1.1 (build@host) (gcc) #1 SMP
            """));

        Assert.Equal(("6.18.15-arm64", "loglevel=6 quiet"), (log.Release!.Value.Text, log.CommandLine!.Value));
        Assert.Null(log.Security.Kaslr);
    }

    // A ring buffer that has lost its beginning, among files that say the rest.
    [Fact]
    public void A_log_without_boot_messages_is_passed_over_among_other_files()
    {
        var imported = Samples.Import(("dmesg", "[12345.6] usb 1-1: new high-speed USB device\n"),
            ("cpuinfo", Samples.Cpuinfo), ("iomem", Samples.Iomem), ("version", "6.18"), ("pagesize", "4096"));

        Assert.Contains("dmesg:1: expected the boot messages of an arm64 kernel, found none (journalctl -k -b has "
            + "those that dmesg has lost): the file is passed over", imported.Warnings);
        Assert.Equal(2, Samples.Machine(imported).Cpus.Length);
    }

    [Theory]
    [InlineData("KASLR enabled")]
    [InlineData("CPU features: detected: Spectre-v4")]
    public void One_message_is_enough(string message) =>
        Assert.NotNull(BootLogReader.Find(Samples.File("dmesg", $"[    0.1] {message}\n")));

    [Fact]
    public void A_command_line_that_was_wrapped_is_joined() => Assert.Equal("a=1 b=2 rodata=off", BootLogReader.Read(
        Samples.File("dmesg", """
            [ 0.0] Kernel command line: a=1 b=2 \
            [ 0.0] Kernel command line: rodata=off
            [ 0.0] Kernel command line: quiet
            """)).CommandLine!.Value);

    // The size of addresses is printed early; a log that has lost its beginning says nothing of it.
    [Fact]
    public void A_log_without_its_beginning_does_not_say_that_a_feature_is_missing() => Assert.Null(BootLogReader.Read(
        Samples.File("dmesg", "Kernel command line: quiet\nCPU features: detected: Spectre-BHB\n")).Has52BitAddresses);

    // A builder's host and user may have any name.
    [Fact]
    public void The_name_of_a_host_is_no_architecture() => Assert.NotNull(BootLogReader.Read(Samples.File("dmesg",
        "Linux version 6.18.5-arm64 (x86_64@x86_64-gcc) (aarch64-linux-gnu-gcc-14 (Debian))\n")).Release);

    [Theory]
    [InlineData("", "dmesg:1: expected the boot messages of an arm64 kernel, found none (journalctl -k -b has those "
        + "that dmesg has lost)")]
    [InlineData("[ 0.0] a\n[ 0.0] BIOS-e820: [mem 0x0-0x1] usable\n", "dmesg:2: expected the boot messages of an arm64 "
        + "kernel, found x86's \"BIOS-e820\"")]
    [InlineData("Linux version 6.18.5-amd64 (a@b) (gcc)", "dmesg:1: expected the boot messages of an arm64 kernel, "
        + "found x86's \"Linux version 6.18.5-amd64\"")]
    [InlineData("Linux version 6.18.5 (a@b) (x86_64-linux-gnu-gcc-14 (Debian))", "dmesg:1: expected the boot messages "
        + "of an arm64 kernel, found x86's \"(x86_64-linux-gnu-gcc\"")]
    [InlineData("[ 0.0] Booting Linux on physical CPU 0x0\r\n", "dmesg:1: expected the boot messages of an arm64 "
        + "kernel, found 32-bit Arm's \"Booting Linux on physical CPU 0x0\"")]
    [InlineData("[ 0.0] CPU: ARMv7 Processor [413fc082] revision 2", "dmesg:1: expected the boot messages of an arm64 "
        + "kernel, found 32-bit Arm's \"CPU: ARMv7 Processor\"")]
    [InlineData("[ 0.0] SBI specification v2.0 detected", "dmesg:1: expected the boot messages of an arm64 kernel, "
        + "found RISC-V's \"SBI specification v\"")]
    [InlineData("  node   0: [mem 0x1000-0x2fff]\n  node   0: [mem 0x2000-0x3fff]", "dmesg:2: expected ranges that do "
        + "not overlap, found [0x1000, 0x3000) (dmesg:1) and [0x2000, 0x4000) (dmesg:2)")]
    [InlineData("  node   0: [mem 0x2-0x1]", "dmesg:1: expected a range of memory below 2^52, found 0x2 to 0x1")]
    [InlineData("Linux version 5.15.0 (a)", "dmesg:1: expected Linux 6.12 or later, the oldest whose rules are known, "
        + "found 5.15.0")]
    public void Anything_else_is_refused(string text, string message) => Assert.Equal(
        message, Assert.Throws<InputException>(() => BootLogReader.Read(Samples.File("dmesg", text))).Message);
}
