using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>What mmu map says on standard error of a map that it prints as text.</summary>
internal static class MapNotes
{
    /// <summary>The line with the mode and its reason.</summary>
    /// <param name="machine">A built-in machine, or the path of a machine file.</param>
    public static string Of(string machine)
    {
        var described = MachineFile.Parse(machine, MachineSource.ReadText(machine));
        var why = ModeReason.Of(described);
        return $"{described.Name}: mode {BootModeName.Of(why.Mode)}: {why.Sentence}\n";
    }
}
