namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>Formats of memory traces.</summary>
public enum MemoryTraceFormat
{
    Ktr,
    Lackey,
    DrMemtrace,
    ChampSim,
    Cloudsuite,
}

/// <summary>Reads a memory trace of any format. Memory use does not depend on the trace's length.</summary>
public static class MemoryTrace
{
    /// <summary>Names of the formats, in the order of <see cref="MemoryTraceFormat"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ktr", "lackey", "drmemtrace", "champsim", "cloudsuite"];

    /// <summary>Reads a whole trace.</summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="stream">Its bytes, not compressed.</param>
    /// <param name="format">
    /// Its format; null to detect it from the first bytes. ChampSim's records cannot be detected.
    /// </param>
    /// <param name="sink">Receives the contents.</param>
    /// <exception cref="MemoryTraceException">
    /// The trace is truncated or malformed; the sink has received everything before that.
    /// </exception>
    public static void Read<TSink>(
        string file, Stream stream, MemoryTraceFormat? format, TSink sink, CancellationToken cancellationToken)
        where TSink : struct, IMemoryTraceSink
    {
        using var window = new MemoryTraceBuffer(file, stream);
        window.Advance(0);
        switch (format ?? FormatOf(window))
        {
            case MemoryTraceFormat.Ktr:
                KtrReader.Read(window, sink, cancellationToken);
                break;
            case MemoryTraceFormat.Lackey:
                LackeyReader.Read(window, sink, cancellationToken);
                break;
            case MemoryTraceFormat.DrMemtrace:
                DrMemtraceReader.Read(window, sink, cancellationToken);
                break;
            case MemoryTraceFormat.ChampSim:
                ChampSimReader.Read(window, sink, ChampSimReader.Usual, cancellationToken);
                break;
            default:
                ChampSimReader.Read(window, sink, ChampSimReader.Cloudsuite, cancellationToken);
                break;
        }
    }

    /// <summary>
    /// Why something does not begin as a trace whose format can be detected, as one line; null where it does.
    /// </summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="stream">Its bytes, not compressed.</param>
    public static string? WhyNone(string file, Stream stream)
    {
        try
        {
            using var window = new MemoryTraceBuffer(file, stream);
            window.Advance(0);
            FormatOf(window);
            return null;
        }
        catch (MemoryTraceException e)
        {
            return e.Message;
        }
    }

    /// <summary>The format of a trace that begins so; null for ChampSim's, and for what is no trace.</summary>
    public static MemoryTraceFormat? Detect(ReadOnlySpan<byte> start) =>
        start.StartsWith(KtrReader.Magic) ? MemoryTraceFormat.Ktr
        : LackeyReader.Begins(start) ? MemoryTraceFormat.Lackey
        : DrMemtraceReader.Begins(start) ? MemoryTraceFormat.DrMemtrace : null;

    private static MemoryTraceFormat FormatOf(MemoryTraceBuffer window)
    {
        return Detect(window.Bytes) ?? throw window.Error(0, window.Bytes.IsEmpty
            ? "expected a trace, found nothing"
            : "expected KTR1, lackey's lines or a header of drmemtrace; ChampSim's records, which begin with nothing " +
                "to tell them by, need --format champsim or cloudsuite");
    }
}
