namespace Orleans.Mmu.Arm.Processors;

/// <summary>A DSB by domain and access types. Only a full DSB completes TLBIs (R_PSMWS).</summary>
public enum DsbKind
{
    /// <summary>DSB NSH: completes local TLBIs.</summary>
    Nsh,

    /// <summary>DSB ISHST: orders stores; completes no TLBI.</summary>
    Ishst,

    /// <summary>DSB ISH: completes every TLBI of the issuer.</summary>
    Ish,

    /// <summary>DSB SY.</summary>
    Sy,
}
