using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// The protocols that this silo performs: a record or request may come from a silo that knows others, and a protocol's
/// text from a client.
/// </summary>
internal static class KnownProtocols
{
    /// <summary>The protocol of a run.</summary>
    /// <exception cref="RefusedException">This silo knows no such protocol.</exception>
    public static Protocol Of(StopMachineRequest request) => Find(request.Protocol, request.ProtocolFile);

    /// <param name="file">The text of the protocol's file; null for a built-in one.</param>
    /// <exception cref="RefusedException">
    /// This silo knows no protocol of that name, or the text is no protocol that grains perform.
    /// </exception>
    public static Protocol Find(string name, string? file)
    {
        if (file is null)
        {
            return RepaintProtocols.Find(name) ?? throw new RefusedException(
                "expected a protocol that this silo knows "
                + $"({string.Join(", ", RepaintProtocols.All.Select(p => p.Name))}), found \"{name}\"");
        }

        try
        {
            var read = BuiltInProtocols.Read("the protocol's file", file);
            if (read.Protocol.Name != name)
                throw read.Error($"protocol: expected the name of the request, found \"{read.Protocol.Name}\"");
            return RunLimits.WhyNot(read) is { } reason ? throw read.Error(reason) : read.Protocol;
        }
        catch (InputException e)
        {
            throw new RefusedException(e.Message);
        }
    }
}
