using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orleans.Mmu.Inputs;

/// <summary>A JSON value with its line and its path, so that errors can name both.</summary>
public sealed class JsonSource
{
    private readonly Dictionary<string, JsonSource> _members = [];
    private readonly List<JsonSource> _items = [];

    private JsonSource(string file, int line, string path) => (File, Line, Path) = (file, line, path);

    public string File { get; }

    public int Line { get; }

    /// <summary>"kernel.image.text", "cpus[2].midr".</summary>
    public string Path { get; }

    public JsonTokenType Kind { get; private set; }

    /// <summary>The text of a string or number.</summary>
    public string Text { get; private set; } = "";

    public IReadOnlyList<JsonSource> Items => _items;

    public IReadOnlyDictionary<string, JsonSource> Members => _members;

    /// <exception cref="InputException">The text is not JSON, is nested too deeply, or repeats a key.</exception>
    public static JsonSource Parse(string file, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] lines = LineStarts(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = 16,
        });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, file, lines, "");
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            string reason = e.Message;
            int end = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw new InputException(
                file, (int)(e.LineNumber ?? 0) + 1, $"not valid JSON: {(end > 0 ? reason[..end] : reason)}");
        }
    }

    public InputException Error(string message) => new(File, Line, Path.Length > 0 ? $"{Path}: {message}" : message);

    /// <summary>A description of the value found here, for an error message.</summary>
    public string Found => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{(Text.Length > 40 ? Text[..40] + "…" : Text)}\"",
        JsonTokenType.Null => "null",
        _ => Text,
    };

    private static JsonSource ReadValue(ref Utf8JsonReader reader, string file, int[] lines, string path)
    {
        var value = new JsonSource(file, LineOf(lines, reader.TokenStartIndex), path) { Kind = reader.TokenType };
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    int line = LineOf(lines, reader.TokenStartIndex);
                    string key = ReadText(ref reader, file, line, path);
                    string below = path.Length > 0 ? $"{path}.{key}" : key;
                    reader.Read();
                    if (!value._members.TryAdd(key, ReadValue(ref reader, file, lines, below)))
                        throw new InputException(file, line, $"{below}: expected each key once, found it again");
                }

                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    value._items.Add(
                        ReadValue(
                            ref reader, file, lines,
                            string.Create(CultureInfo.InvariantCulture, $"{path}[{value._items.Count}]")));
                break;
            case JsonTokenType.String:
                value.Text = ReadText(ref reader, file, value.Line, path);
                break;
            default:
                value.Text = Encoding.UTF8.GetString(reader.ValueSpan);
                break;
        }

        return value;
    }

    // An escape such as "\ud800" is valid JSON but not valid text.
    private static string ReadText(ref Utf8JsonReader reader, string file, int line, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new InputException(
                file, line,
                $"{(path.Length > 0 ? path + ": " : "")}expected Unicode text, found half of a surrogate pair");
        }
    }

    private static int[] LineStarts(byte[] bytes)
    {
        var starts = new List<int> { 0 };
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'\n')
                starts.Add(i + 1);
        }

        return [.. starts];
    }

    private static int LineOf(int[] starts, long offset)
    {
        int index = Array.BinarySearch(starts, (int)offset);
        return index >= 0 ? index + 1 : ~index;
    }
}
