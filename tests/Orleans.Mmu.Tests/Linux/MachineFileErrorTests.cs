using Orleans.Mmu.Linux.MachineFiles;
using static Orleans.Mmu.Tests.Linux.MachineFileRefusal;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// Every mistake in a machine file is one line: the file, the line, the key, what was expected and what was found.
/// </summary>
public sealed class MachineFileErrorTests
{
    private const string FirstCpu = """{ "midr": "0x410fd842" }""";
    private const string Commas = "\"bssStop\": \"0x4341e000\", \"end\": \"0x43440000\" }\n";

    [Fact]
    public void The_file_that_the_others_break_is_good() =>
        Assert.Equal(4, MachineFile.Parse(MachineText.File, MachineText.Good).Cpus.Length);

    [Theory]
    [InlineData("\"name\": \"m\"", "\"name\": \"m\", \"colour\": 1", 2, "colour: unknown key; expected $schema, "
        + "name, kernel, memory, noMap, cpus")]
    [InlineData("\"vaBits\": 48", "\"vabits\": 48", 6,
        "kernel.vabits: unknown key; expected version, pageSize, vaBits, commandLine, image, config, physicalOffset, "
        + "kfencePool, kaslr, realm, bugs, fixes")]
    [InlineData("\"initEnd\"", "\"initend\"", 9, "kernel.image.initend: unknown key; expected text, stext, "
        + "initBegin, initEnd, bssStop, end")]
    [InlineData("\"commandLine\": \"\"", "\"config\": { \"KASAN\": true }", 7, "kernel.config.KASAN: unknown key; "
        + "expected KFENCE, KFENCE_SAMPLE_INTERVAL, KFENCE_NUM_OBJECTS, RODATA_FULL_DEFAULT_ENABLED, RANDOMIZE_BASE, "
        + "UNMAP_KERNEL_AT_EL0, ARM64_E0PD")]
    [InlineData(MachineText.Memory, """{ "start": 0, "length": 1 }""", 13,
        "memory[0].length: unknown key; expected start, end, size")]
    [InlineData(FirstCpu, """{ "midr": 1, "cores": 2 }""", 16, "cpus[0].cores: unknown key; expected midr, count, "
        + "core, bbm, tlb, late, e0pd, csv3")]
    public void Unknown_keys(string old, string replacement, int line, string message) =>
        Fails(old, replacement, line, message);

    [Theory]
    [InlineData("\"name\": \"m\",", "", 1, "expected the key \"name\", found none")]
    [InlineData("\"version\": \"7.3\",", "", 3, "kernel: expected the key \"version\", found none")]
    [InlineData("\"pageSize\": \"4K\",", "", 3, "kernel: expected the key \"pageSize\", found none")]
    [InlineData("\"stext\": \"0x40210000\",", "", 8, "kernel.image: expected the key \"stext\", found none")]
    [InlineData(MachineText.Memory, """{ "end": "0x140000000" }""", 13,
        "memory[0]: expected the key \"start\", found none")]
    [InlineData(MachineText.Memory, """{ "start": 0 }""", 13, "memory[0]: expected the key \"end\", found none")]
    [InlineData(FirstCpu, "{ }", 16, "cpus[0]: expected the key \"midr\", found none")]
    public void Missing_keys(string old, string replacement, int line, string message) =>
        Fails(old, replacement, line, message);

    [Theory]
    [InlineData("\"name\": \"m\"", "\"name\": 7", 2, "name: expected a string, found 7")]
    [InlineData("\"name\": \"m\"", "\"name\": null", 2, "name: expected a string, found null")]
    [InlineData("\"name\": \"m\"", "\"name\": \"\"", 2, "name: expected 1 to 64 characters")]
    [InlineData("\"vaBits\": 48", "\"vaBits\": \"48\"", 6, "kernel.vaBits: expected a whole number from 0 to 64, "
        + "found \"48\"")]
    [InlineData("\"vaBits\": 48", "\"vaBits\": 48.0", 6, "kernel.vaBits: expected a whole number from 0 to 64, found "
        + "48.0")]
    [InlineData("\"commandLine\": \"\"", "\"commandLine\": []", 7, "kernel.commandLine: expected a string, found an "
        + "array")]
    [InlineData("\"commandLine\": \"\"", "\"config\": true", 7, "kernel.config: expected an object, found true")]
    [InlineData("\"commandLine\": \"\"", "\"config\": { \"KFENCE\": 1 }", 7, "kernel.config.KFENCE: expected true or "
        + "false, found 1")]
    [InlineData(MachineText.Memory, "\"4G\"", 13, "memory[0]: expected an object, found \"4G\"")]
    [InlineData(FirstCpu, "12", 16, "cpus[0]: expected an object, found 12")]
    public void Wrong_types(string old, string replacement, int line, string message) =>
        Fails(old, replacement, line, message);

    [Theory]
    [InlineData("7.3", "5.10", 4, "kernel.version: expected a kernel from 6.12 on, the oldest whose rules are known, "
        + "found \"5.10\"")]
    [InlineData("7.3", "6.11.99-generic", 4, "kernel.version: expected a kernel from 6.12 on, the oldest whose rules "
        + "are known, found \"6.11.99-generic\"")]
    [InlineData("\"end\": \"0x140000000\"", "\"end\": \"0x13fffffff\"", 13, "memory[0].end: expected an end that is "
        + "exclusive, probably 0x140000000, found 0x13fffffff")]
    [InlineData("7.3", "6.20", 4, "kernel.version: expected a kernel that exists, 6.12 to 6.19 or 7.0 on, found "
        + "\"6.20\" (the nearest are \"6.12\", \"6.13\" and \"6.14\")")]
    [InlineData("7.3", "six", 4, "kernel.version: expected a kernel such as \"6.18\" or what uname -r prints, found "
        + "\"six\"")]
    [InlineData("\"end\": \"0x140000000\"", "\"end\": \"0x13fffff00\"", 13, "memory[0].end: expected an end that is "
        + "a multiple of 4K, probably 0x140000000, found 0x13fffff00")]
    [InlineData("\"end\": \"0x140000000\"", "\"size\": \"0x1001\"", 13, "memory[0].size: expected an end that is a "
        + "multiple of 4K, probably 0x40002000, found 0x40001001")]
    [InlineData("\"4K\"", "\"64K\"", 13, "memory[0].end: expected an end that is a multiple of 64K, probably "
        + "0x13fff0000, found 0x13fffe000", "\"0x140000000\"", "\"0x13fffe000\"")]
    [InlineData("\"4K\"", "\"16K\"", 13, "memory[0].end: expected an end that is a multiple of 16K, probably "
        + "0x140000000, found 0x13fffff00", "\"0x140000000\"", "\"0x13fffff00\"")]
    [InlineData("\"vaBits\": 48", "\"vaBits\": 52", 6, "kernel.vaBits: expected 48, which a 52-bit kernel uses where "
        + "the boot CPU (Neoverse-N1) has no FEAT_LPA2, found 52", "0x410fd842", "0x414fd0c1")]
    [InlineData("\"4K\"", "\"64K\"", 6, "kernel.vaBits: expected 48, which a 52-bit kernel uses where the boot CPU "
        + "(Cortex-A72) has no FEAT_LVA, found 52", "\"vaBits\": 48", "\"vaBits\": 52", "0x410fd842", "0x410fd083")]
    [InlineData("\"4K\"", "\"8K\"", 5, "kernel.pageSize: expected \"4K\", \"16K\" or \"64K\", found \"8K\"")]
    [InlineData("\"vaBits\": 48", "\"vaBits\": 47", 6, "kernel.vaBits: expected 39, 48, 52 with 4K pages, found 47")]
    [InlineData("\"4K\"", "\"64K\"", 6, "kernel.vaBits: expected 42, 48, 52 with 64K pages, found "
        + "39", "\"vaBits\": 48", "\"vaBits\": 39")]
    [InlineData("\"4K\"", "\"16K\"", 6, "kernel.vaBits: expected 36, 47, 48, 52 with 16K pages, found "
        + "42", "\"vaBits\": 48", "\"vaBits\": 42")]
    public void Kernels_that_do_not_exist(
        string old, string replacement, int line, string message, string old2 = "{", string replacement2 = "{",
        string old3 = "{", string replacement3 = "{")
    {
        string text = MachineText.With(old, replacement).Replace(old2, replacement2, StringComparison.Ordinal)
            .Replace(old3, replacement3, StringComparison.Ordinal);
        Assert.Equal($"m.json:{line}: {message}", Message(text));
    }

    [Theory]
    [InlineData("7.4")]
    [InlineData("8.1.2-arm64")]
    public void A_version_after_the_last_has_the_last_rules_and_a_warning(string version)
    {
        var machine = MachineFile.Parse(MachineText.File, MachineText.With("7.3", version));

        Assert.Equal("7.3", machine.Rules.Version.ToString());
        Assert.Contains(
            "m.json:4: kernel.version: later than 7.3, the latest whose rules are known, which apply",
            machine.Warnings);
    }

    // "core" is for a MIDR that is not known.
    [Theory]
    [InlineData("0x410fd842", "Cortex-X4", "m.json:16: cpus[0].core: the MIDR is that of Neoverse-V3")]
    [InlineData("0x410fd842", "neoverse-v3", null)]
    [InlineData("0x4e0f1234", "Cortex-X4", null)]
    public void A_core_that_the_MIDR_contradicts_is_a_warning(string midr, string core, string? warning)
    {
        string[] warnings = [.. MachineFile.Parse(
            MachineText.File, MachineText.With("\"0x410fd842\"", $"\"{midr}\", \"core\": \"{core}\""))
            .Warnings.Where(w => w.Contains("].core", StringComparison.Ordinal))];

        Assert.Equal(warning is null ? 0 : 1, warnings.Length);
        Assert.All(warnings, w => Assert.StartsWith(warning!, w, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "midr": "cortex" }""", "midr: expected a 32-bit MIDR such as \"0x410fd842\", found \"cortex\"")]
    [InlineData("""{ "midr": "0x1410fd842" }""", "midr: expected a 32-bit MIDR such as \"0x410fd842\", found "
        + "\"0x1410fd842\"")]
    [InlineData("""{ "midr": 0 }""", "midr: expected a 32-bit MIDR such as \"0x410fd842\", found 0")]
    [InlineData("""{ "midr": 1, "tlb": "1280" }""", "tlb: expected entries and ways such as \"1280x5\", at most "
        + "65536 entries, found \"1280\"")]
    [InlineData("""{ "midr": 1, "tlb": "1280x3" }""", "tlb: expected entries and ways such as \"1280x5\", at most "
        + "65536 entries, found \"1280x3\"")]
    [InlineData("""{ "midr": 1, "tlb": "131072x4" }""", "tlb: expected entries and ways such as \"1280x5\", at most "
        + "65536 entries, found \"131072x4\"")]
    [InlineData("""{ "midr": 1, "bbm": 4 }""", "bbm: expected a whole number from 0 to 3, found 4")]
    [InlineData("""{ "midr": 1, "core": "Cortex-A99" }""", "core: expected a core such as \"Cortex-A76\", found "
        + "\"Cortex-A99\" (the nearest are \"Cortex-A53\", \"Cortex-A35\" and \"Cortex-A55\")")]
    [InlineData("""{ "midr": 1, "count": 0 }""", "count: expected a whole number from 1 to 16384, found 0")]
    [InlineData("""{ "midr": 1, "late": "yes" }""", "late: expected true or false, found \"yes\"")]
    [InlineData("""{ "midr": 1, "late": true }""", "late: expected the first CPU to boot the machine, found it late")]
    public void Cpus(string cpu, string message) => Fails(FirstCpu, cpu, 16, "cpus[0]." + message);

    [Theory]
    [InlineData("\"count\": 3", "\"count\": 16384", "expected at most 16384 CPUs, found more")]
    [InlineData("[\n    { \"midr\": \"0x410fd842\" },\n    { \"midr\": \"0x414fd0c1\", \"count\": 3 }\n  "
        + "]", "[]", "expected at least one CPU, found none")]
    [InlineData("[\n    { \"midr\": \"0x410fd842\" },\n    { \"midr\": \"0x414fd0c1\", \"count\": 3 }\n  "
        + "]", "{}", "expected an array, found an object")]
    public void Too_many_cpus_or_none(string old, string replacement, string message) =>
        Fails(old, replacement, 15, $"cpus: {message}");

    [Theory]
    [InlineData("\"vaBits\": 48,", "\"vaBits\": 48,\n    \"vaBits\": 48,", 7, "kernel.vaBits: expected each key "
        + "once, found it again")]
    [InlineData(Commas, "\"bssStop\": \"0x4341e000\", \"bssStop\": 0, \"end\": 0 }\n", 9, "kernel.image.bssStop: "
        + "expected each key once, found it again")]
    public void Keys_given_twice(string old, string replacement, int line, string message) =>
        Fails(old, replacement, line, message);
}
