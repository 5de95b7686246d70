using System.Globalization;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The form that asks for a boot: machine, protocol, seed, force, quiet.</summary>
internal static class BootForm
{
    /// <summary>The boot that a form asks for, with the timeline of its CPUs.</summary>
    /// <exception cref="RefusedException">A field has a value that no boot can have.</exception>
    public static BootRequest Read(IFormCollection form)
    {
        string machine = Field(form, "machine");
        string protocol = Field(form, "protocol");
        string seed = Field(form, "seed");
        if (BuiltInMachines.Find(machine) is not { } json)
            throw Unexpected("machine", "a built-in machine", machine, BuiltInMachines.Names);
        if (RepaintProtocols.Find(protocol) is null)
            throw Unexpected("protocol", "a protocol that a boot can perform", protocol,
                RepaintProtocols.All.Select(p => p.Name));
        if (!long.TryParse(seed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            throw Unexpected("seed", "a whole number of 64 bits", seed, []);
        return new(new MachineHandle(machine, json), protocol, number, IsSet(form, "force"), Trace: true)
        {
            Quiet = IsSet(form, "quiet"),
        };
    }

    private static string Field(IFormCollection form, string name) => form[name] is [{ } value] ? value
        : throw new RefusedException($"{name}: expected one value, found {form[name].Count}");

    // A browser leaves out a box that is not ticked.
    private static bool IsSet(IFormCollection form, string name) => form[name] switch
    {
        [] => false,
        ["on"] => true,
        var found => throw Unexpected(name, "on, or nothing", found.ToString(), []),
    };

    private static RefusedException Unexpected(
        string field, string expected, string found, IEnumerable<string> names) =>
        new(OneLine.Message(
            $"{field}: expected {expected}, found '{OneLine.Of(found)}'{NearestName.Hint(found, names, '\'')}"));
}
