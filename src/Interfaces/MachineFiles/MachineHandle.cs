using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Interfaces.MachineFiles;

/// <summary>
/// A machine as it travels: the text of its file. Each silo reads and checks it for itself, once, since what comes from
/// a client is as untrusted as a file.
/// </summary>
[GenerateSerializer, Immutable, Alias("mmu.MachineHandle")]
public sealed class MachineHandle
{
    [NonSerialized]
    private MachineDescription? _description;

    /// <param name="file">Its name, for errors.</param>
    public MachineHandle(string file, string json) => (File, Json) = (file, json);

    [Id(0)]
    public string File { get; }

    [Id(1)]
    public string Json { get; }

    /// <exception cref="InputException">The text is no machine.</exception>
    public MachineDescription Description => _description ??= MachineFile.Parse(File, Json);
}
