using System.Text.Json;

namespace Orleans.Mmu.Import.Logs;

/// <summary>
/// A message inside a line of JSON: "journalctl -o json", "dmesg --json", and logs that a tool keeps as a list of
/// strings. Such a line has the message's quotation marks and backslashes with escapes.
/// </summary>
internal static class JsonMessage
{
    private const string OfDmesg = "\"msg\":";
    private const string OfJournal = "MESSAGE";

    /// <summary>The message of a line; the line itself where it is no JSON.</summary>
    public static string Of(string line)
    {
        string text = line.Trim().TrimEnd(',');
        return text switch
        {
            ['{', ..] when text.Contains(OfJournal, StringComparison.Ordinal) => Member(text, OfJournal) ?? line,
            _ when text.StartsWith(OfDmesg, StringComparison.Ordinal) => Member($"{{{text}}}", "msg") ?? line,
            ['"', .., '"'] => Member($"{{\"msg\":{text}}}", "msg") ?? line,
            _ => line,
        };
    }

    private static string? Member(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty(name, out var message)
                && message.ValueKind == JsonValueKind.String ? message.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A line that only looks like JSON is a line of a log, and so is one with half a surrogate pair.
            return null;
        }
    }
}
