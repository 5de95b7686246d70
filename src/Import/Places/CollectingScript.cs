using System.Reflection;

namespace Orleans.Mmu.Import.Places;

/// <summary>
/// The POSIX shell script that writes a tar of a machine's files to standard output; what it cannot read it names on
/// standard error.
/// </summary>
public static class CollectingScript
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("collect.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
