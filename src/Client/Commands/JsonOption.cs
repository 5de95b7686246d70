using System.CommandLine;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--json, as every verb has it that answers.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print one JSON document." };
}
