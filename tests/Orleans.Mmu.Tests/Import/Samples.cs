using System.Text;
using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Files as an arm64 machine of 4 GiB with two kinds of cores writes them.</summary>
internal static class Samples
{
    public const string Cpuinfo = """
        processor	: 0
        BogoMIPS	: 125.00
        Features	: fp asimd atomics sve bti i8mm
        CPU implementer	: 0x41
        CPU architecture: 8
        CPU variant	: 0x0
        CPU part	: 0xd84
        CPU revision	: 2

        processor	: 1
        BogoMIPS	: 125.00
        Features	: fp asimd atomics
        CPU implementer	: 0x41
        CPU architecture: 8
        CPU variant	: 0x4
        CPU part	: 0xd0c
        CPU revision	: 1

        """;

    public const string Iomem = """
        09000000-09000fff : pl011@9000000
          09000000-09000fff : 9000000.pl011 pl011@9000000
        40000000-8fffffff : System RAM
          40200000-4238ffff : Kernel code
          42390000-4271ffff : reserved
          42720000-42caffff : Kernel data
          50000000-500fffff : reserved
        90000000-901fffff : reserved
        90200000-13fffffff : System RAM
        8000000000-ffffffffff : pcie@10000000

        """;

    public const string SystemMap = """
        ffff800080000000 T _text
        ffff800080010000 T _stext
        ffff800080010000 t bcm2835_handle_irq
        ffff800082190000 D __init_begin
        ffff800082520000 D __init_end
        ffff800082a9a730 B __bss_stop
        ffff800082ab0000 B _end

        """;

    public const string Config = """
        # Linux/arm64 6.18.15 Kernel Configuration
        CONFIG_ARM64=y
        CONFIG_ARM64_4K_PAGES=y
        # CONFIG_ARM64_16K_PAGES is not set
        CONFIG_ARM64_VA_BITS_48=y
        CONFIG_ARM64_VA_BITS=48
        CONFIG_RANDOMIZE_BASE=y
        CONFIG_KFENCE=y
        CONFIG_KFENCE_SAMPLE_INTERVAL=100
        CONFIG_KFENCE_NUM_OBJECTS=63

        """;

    public const string Dmesg = """
        [    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd842]
        [    0.000000] Linux version 6.18.15+deb13-arm64 (debian-kernel@lists.debian.org) (gcc) #1 SMP
        [    0.000000] KASLR disabled due to lack of seed
        [    0.000000] OF: reserved mem: 0x0000000090000000..0x00000000901fffff (2048 KiB) nomap non-reusable a@90000000
        [    0.000000] Early memory node ranges
        [    0.000000]   node   0: [mem 0x0000000040000000-0x000000008fffffff]
        [    0.000000]   node   0: [mem 0x0000000090000000-0x00000000901fffff]
        [    0.000000]   node   0: [mem 0x0000000090200000-0x000000013fffffff]
        [    0.000000] Kernel command line: rodata=noalias quiet
        [    0.010000] CPU features: detected: 52-bit Virtual Addressing (LPA2)
        [    0.020000] CPU1: Booted secondary processor 0x0000000001 [0x414fd0c1]
        [    0.030000] smp: Brought up 1 node, 2 CPUs
        [    0.030000] SMP: Total of 2 processors activated.

        """;

    /// <summary>A file of a text.</summary>
    public static ImportFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Files by their names.</summary>
    public static FileSet Files(params (string Name, string Text)[] files)
    {
        var set = new FileSet();
        foreach (var (name, text) in files)
            set.Add(FileNames.KindOf(name)!.Value, File(name, text));
        return set;
    }

    /// <summary>The import of files without any option.</summary>
    public static ImportedMachine Import(params (string Name, string Text)[] files) =>
        ImportedMachine.Of(Files(files), new ImportOptions("m"));

    /// <summary>The machine that an import's text describes.</summary>
    public static MachineDescription Machine(ImportedMachine imported) => MachineFile.Parse("m.json", imported.Text);
}
