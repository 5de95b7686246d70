using System.Text;
using CsCheck;
using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Whatever a file holds, its import gives a machine that can be read, or one line.</summary>
public sealed class ImportFuzzTests
{
    private const int Iterations = 300;

    private static readonly (FileKind Kind, byte[] Content)[] Files =
    [
        (FileKind.Cpuinfo, Bytes(Samples.Cpuinfo)), (FileKind.Iomem, Bytes(Samples.Iomem)),
        (FileKind.Config, Bytes(Samples.Config)), (FileKind.SystemMap, Bytes(Samples.SystemMap)),
        (FileKind.BootLog, Bytes(Samples.Dmesg)), (FileKind.DeviceTree, TreeBlob.Sample()),
        (FileKind.Release, Bytes("6.18.15+deb13-arm64\n")), (FileKind.CommandLine, Bytes("rodata=on\n")),
        (FileKind.PageSize, Bytes("4096\n")), (FileKind.Kcore, new byte[200]),
    ];

    private static readonly Gen<(FileKind Kind, byte[] Content)> File =
        Gen.Int[0, Files.Length - 1].Select(i => Files[i]);

    [Fact]
    public void Cut_files() => Gen.Select(File, Gen.Double[0, 1]).ForAll((file, share) =>
        IsImportedOrRefused(file.Kind, file.Content[..(int)(share * file.Content.Length)]), iter: Iterations);

    [Fact]
    public void Changed_bytes() => Gen.Select(File, Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 6]).ForAll(
        (file, changes) =>
        {
            byte[] content = [.. file.Content];
            foreach (var (share, value) in changes)
                content[Math.Min((int)(share * content.Length), content.Length - 1)] = value;
            return IsImportedOrRefused(file.Kind, content);
        }, iter: Iterations);

    [Fact]
    public void Moved_lines_with_other_ends() => Gen.Select(File, Gen.Int[0, 1 << 20], Gen.Bool).ForAll(
        (file, seed, isWindows) =>
        {
            string[] lines = Encoding.Latin1.GetString(file.Content).Split('\n');
            new Random(seed).Shuffle(lines);
            return IsImportedOrRefused(
                file.Kind, Encoding.Latin1.GetBytes(string.Join(isWindows ? "\r\n" : "\n", lines)));
        }, iter: Iterations);

    [Fact]
    public void Files_under_the_name_of_another() => Gen.Select(File, File).ForAll(
        (file, other) => IsImportedOrRefused(file.Kind, other.Content), iter: Iterations);

    [Fact]
    public void Any_bytes() => Gen.Select(File, Gen.Byte.Array[0, 300]).ForAll(
        (file, content) => IsImportedOrRefused(file.Kind, content), iter: Iterations);

    // The other files stay whole: what is wrong meets what is right.
    private static bool IsImportedOrRefused(FileKind kind, byte[] content)
    {
        foreach (bool isAlone in (bool[])[true, false])
        {
            var set = new FileSet();
            if (!isAlone)
            {
                set.Add(FileKind.Iomem, new("iomem", Bytes(Samples.Iomem)));
                set.Add(FileKind.Cpuinfo, new("cpuinfo", Bytes(Samples.Cpuinfo)));
            }

            set.Replace(kind, new("f", content));
            try
            {
                var imported = ImportedMachine.Of(set, new ImportOptions("m"));
                Assert.True(Samples.Machine(imported).Cpus.Length > 0);
                Assert.DoesNotContain(imported.Warnings, w => OneLine.Of(w) != w);
            }
            catch (InputException e)
            {
                Assert.Matches("^[a-z]+:[0-9]+: .+$", e.Message);
                Assert.Contains("expected", e.Message, StringComparison.Ordinal);
            }
        }

        return true;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
