using System.Text;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>Prints a protocol file. <see cref="ProtocolReader"/> reads the same protocol back.</summary>
internal static class ProtocolWriter
{
    public static string Write(ProtocolFile file)
    {
        var (protocol, levels, map) = file;
        var text = new StringBuilder();
        foreach (var (header, value) in new[]
            {
                (ProtocolHeader.Protocol, protocol.Name), (ProtocolHeader.About, protocol.Summary),
                (ProtocolHeader.Origin, protocol.Origin), (ProtocolHeader.Levels, ProtocolHeader.TextOf(levels)),
                (ProtocolHeader.Map, map),
            })
            text.Append(header.PadRight(ProtocolHeader.Width)).Append(' ').Append(value).Append('\n');
        foreach (var phase in protocol.Phases)
            Write(text, phase, ProtocolRole.TextOf(phase.Role));
        foreach (var phase in file.Outsider ?? [])
            Write(text, phase, ProtocolRole.Outsider);
        foreach (var phase in file.Handler)
            Write(text, phase, ProtocolRole.Handler);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Phase phase, string role)
    {
        text.Append('\n').Append(ProtocolRole.Phase).Append(' ').Append(phase.Name).Append(", ").Append(role)
            .Append('\n');
        foreach (var step in phase.Steps)
            text.Append("    ").Append(step.Text).Append('\n');
    }
}
