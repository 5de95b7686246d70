using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orleans.Mmu.Inputs;

/// <summary>A JSON value with its line and its path, so that errors can name both.</summary>
public sealed class JsonSource
{
    private const int MaxQuoted = 40;
    private const int MostLevels = 16;

    private static readonly Dictionary<string, JsonSource> NoMembers = [];
    private static readonly List<JsonSource> NoItems = [];

    private readonly JsonSource? _parent;
    private readonly string? _key;
    private readonly int _index;
    private Dictionary<string, JsonSource>? _members;
    private List<JsonSource>? _items;

    // A path as long as the text, kept for each of its values, would take the square of the text: a value knows its
    // place alone.
    private JsonSource(string file, int line, JsonSource? parent, string? key, int index) =>
        (File, Line, _parent, _key, _index) = (file, line, parent, key, index);

    public string File { get; }

    public int Line { get; private set; }

    /// <summary>"kernel.image.text", "cpus[2].midr"; a long key is cut.</summary>
    public string Path
    {
        get
        {
            string above = _parent?.Path ?? "";
            return _key is { } key ? above.Length > 0 ? $"{above}.{Cut(key)}" : Cut(key)
                : _parent is not null ? string.Create(CultureInfo.InvariantCulture, $"{above}[{_index}]") : "";
        }
    }

    public JsonTokenType Kind { get; private set; }

    /// <summary>The text of a string or number.</summary>
    public string Text { get; private set; } = "";

    public IReadOnlyList<JsonSource> Items => _items ?? NoItems;

    public IReadOnlyDictionary<string, JsonSource> Members => _members ?? NoMembers;

    /// <exception cref="InputException">The text is not JSON, is nested too deeply, or repeats a key.</exception>
    public static JsonSource Parse(string file, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new InputException(file, 1, "expected JSON, found an empty file");
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] lines = LineStarts(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = MostLevels + 1,
        });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, lines, new(file, 0, null, null, 0));
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            int line = (int)(e.LineNumber ?? 0), column = (int)(e.BytePositionInLine ?? 0);
            throw new InputException(file, line + 1, $"expected JSON, found {FoundAt(bytes, lines[line], column)}");
        }
    }

    public InputException Error(string message) => new(File, Line, Path.Length > 0 ? $"{Path}: {message}" : message);

    /// <summary>A description of the value found here, for an error message.</summary>
    public string Found => Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{Cut(Text)}\"",
        JsonTokenType.Null => "null",
        _ => Cut(Text),
    };

    private static JsonSource ReadValue(ref Utf8JsonReader reader, int[] lines, JsonSource value)
    {
        value.Line = LineOf(lines, reader.TokenStartIndex);
        value.Kind = reader.TokenType;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
            && reader.CurrentDepth >= MostLevels)
            throw new InputException(value.File, value.Line,
                $"expected at most {MostLevels} objects and arrays inside one another, found more");
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    int line = LineOf(lines, reader.TokenStartIndex);
                    string key = ReadText(ref reader, value, line);
                    reader.Read();
                    var member = ReadValue(ref reader, lines, new(value.File, line, value, key, 0));
                    if (!(value._members ??= []).TryAdd(key, member))
                        throw new InputException(
                            value.File, line, $"{member.Path}: expected each key once, found it again");
                }

                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    (value._items ??= []).Add(
                        ReadValue(ref reader, lines, new(value.File, 0, value, null, value.Items.Count)));
                break;
            case JsonTokenType.String:
                value.Text = ReadText(ref reader, value, value.Line);
                break;
            default:
                value.Text = Encoding.UTF8.GetString(reader.ValueSpan);
                break;
        }

        return value;
    }

    // An escape such as "\ud800" is valid JSON but not valid text.
    private static string ReadText(ref Utf8JsonReader reader, JsonSource place, int line)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            string path = place.Path;
            throw new InputException(
                place.File, line,
                $"{(path.Length > 0 ? path + ": " : "")}expected Unicode text, found half of a surrogate pair");
        }
    }

    private static string Cut(string text) => text.Length > MaxQuoted
        ? text[..(char.IsHighSurrogate(text[MaxQuoted - 1]) ? MaxQuoted - 1 : MaxQuoted)] + "…" : text;

    private static string FoundAt(byte[] bytes, int line, int column)
    {
        if (line + column >= bytes.Length)
            return "the end of the text";
        if (bytes[line + column] is (byte)'\n' or (byte)'\r')
            return "the end of the line";
        int start = line + column;
        while (start > line && IsWord(bytes[start]) && IsWord(bytes[start - 1]))
            start--;
        Rune.DecodeFromUtf8(bytes.AsSpan(start), out var first, out int length);
        while (IsWord(bytes[start]) && start + length < bytes.Length && IsWord(bytes[start + length]))
            length++;
        string found = length > 1 && IsWord(bytes[start]) ? Encoding.ASCII.GetString(bytes, start, length)
            : first.ToString();
        int before = Encoding.UTF8.GetCharCount(bytes, line, start - line);
        return string.Create(CultureInfo.InvariantCulture, $"'{Cut(OneLine.Of(found))}' in column {before + 1}");

        static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'.' or (byte)'-';
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
