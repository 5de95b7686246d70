using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>What the reader of machine files says of a file that it refuses.</summary>
internal static class MachineFileRefusal
{
    public static void Fails(string old, string replacement, int line, string message) =>
        Assert.Equal($"m.json:{line}: {message}", Message(MachineText.With(old, replacement)));

    public static string Message(string text) =>
        Assert.Throws<InputException>(() => MachineFile.Parse(MachineText.File, text)).Message;
}
