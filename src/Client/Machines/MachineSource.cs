using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Machines;

/// <summary>Finds the machine named on a command line.</summary>
internal static class MachineSource
{
    // UTF-8 needs at most three bytes for each UTF-16 character, so a text of MaxLength characters fits.
    private const int MaxBytes = 3 * MachineFile.MaxLength;

    /// <summary>The text of a built-in machine, else of a file; "./symmetric" names the file.</summary>
    /// <exception cref="UsageException">There is no such machine, or its file cannot be read.</exception>
    public static string ReadText(string nameOrPath) => BuiltInMachines.Find(nameOrPath) ?? InputFile.ReadText(
        nameOrPath, "a machine file", MaxBytes,
        "expected a machine file or a built-in machine such as asymmetric (mmu machines lists them), found neither",
        BuiltInMachines.Names);

    /// <summary>The machine that the text describes.</summary>
    /// <exception cref="UsageException">There is no such machine, or its file cannot be read.</exception>
    /// <exception cref="InputException">The text is not a machine.</exception>
    public static MachineDescription Read(string nameOrPath, Terminal terminal)
    {
        var machine = MachineFile.Parse(nameOrPath, ReadText(nameOrPath));
        Warn(machine, terminal);
        return machine;
    }

    /// <summary>Prints the machine's warnings where every verb prints its own.</summary>
    public static void Warn(MachineDescription machine, Terminal terminal)
    {
        foreach (string warning in machine.Warnings)
            Warn(warning, terminal);
    }

    /// <summary>Prints one warning about a machine's description.</summary>
    public static void Warn(string warning, Terminal terminal) =>
        terminal.Error.WriteLine(OneLine.Message($"warning: {warning}"));
}
