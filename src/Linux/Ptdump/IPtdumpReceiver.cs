namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>Receives what a text of ptdump has, in its order.</summary>
public interface IPtdumpReceiver
{
    /// <summary>A row.</summary>
    void OnRow(in DumpedRow row);

    /// <summary>A marker: "Linear Mapping start".</summary>
    /// <returns>Whether to go on; false where the rest of the text does not matter.</returns>
    bool OnMarker(string name, int line);

    /// <summary>A line that is neither row nor marker, and not blank.</summary>
    void OnOther(ReadOnlySpan<byte> text, int line);
}
