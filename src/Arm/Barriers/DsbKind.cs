namespace Orleans.Mmu.Arm.Barriers;

/// <summary>A DSB by its option: the shareability domain, and the kind of access that it waits for.</summary>
public enum DsbKind : byte
{
    /// <summary>DSB NSH: this CPU, loads and stores.</summary>
    Nsh,

    /// <summary>DSB NSHLD.</summary>
    Nshld,

    /// <summary>DSB NSHST.</summary>
    Nshst,

    /// <summary>DSB ISH: the Inner Shareable domain, loads and stores.</summary>
    Ish,

    /// <summary>DSB ISHLD.</summary>
    Ishld,

    /// <summary>DSB ISHST.</summary>
    Ishst,

    /// <summary>DSB OSH: the Outer Shareable domain, loads and stores.</summary>
    Osh,

    /// <summary>DSB OSHLD.</summary>
    Oshld,

    /// <summary>DSB OSHST.</summary>
    Oshst,

    /// <summary>DSB SY: the full system, loads and stores.</summary>
    Sy,

    /// <summary>DSB LD.</summary>
    Ld,

    /// <summary>DSB ST.</summary>
    St,
}
