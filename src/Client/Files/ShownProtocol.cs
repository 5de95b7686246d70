using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Client.Files;

/// <summary>A protocol that is shown and not checked.</summary>
/// <param name="Text">The protocol as a protocol file: a built-in one with its comments.</param>
internal sealed record ShownProtocol(CheckedProtocol Protocol, string Text)
{
    /// <param name="argument">A built-in protocol's name, or a protocol file's.</param>
    /// <exception cref="UsageException">There is no such protocol, or it is not made of steps.</exception>
    /// <exception cref="InputException">The file holds no protocol.</exception>
    public static ShownProtocol Read(string argument)
    {
        var protocol = ProtocolSource.Find(argument) ?? throw new UsageException(
            "--show: expected a protocol that is made of steps, found "
            + $"{GivenValue.Quoted(argument, CheckedProtocols.All.Select(p => p.Name))} (see mmu check --list)");
        return new(protocol, protocol.IsBuiltIn ? BuiltInProtocols.TextOf(protocol.Name)! : protocol.File.Text);
    }
}
