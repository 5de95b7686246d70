namespace Orleans.Mmu.Coordination.Journals;

/// <summary>Whether a run may be begun, taken up, or neither.</summary>
public enum RunLife
{
    /// <summary>Nothing was ever run.</summary>
    NeverBegun,

    /// <summary>Begun and not ended: it may be taken up.</summary>
    Open,

    /// <summary>Ended by a cancellation: a new run may be begun.</summary>
    Cancelled,

    /// <summary>Ended with a report: it is never opened again.</summary>
    Ended,
}
