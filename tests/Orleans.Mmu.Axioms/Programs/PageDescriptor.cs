namespace Orleans.Mmu.Axioms.Programs;

/// <summary>
/// A last-level descriptor: its output page and the fields that decide about faults. <c>Writable</c> is herd's db: a
/// store needs it, or <c>DirtyBitModifier</c> (dbm) on a CPU that updates dirty state.
/// </summary>
internal sealed record PageDescriptor(
    string OutputPage,
    bool Valid = true,
    bool AccessFlag = true,
    bool Writable = true,
    bool DirtyBitModifier = false,
    bool Unprivileged = true,
    string Attributes = "")
{
    /// <summary>herd's form: the output page, then the fields that differ from their defaults.</summary>
    public override string ToString() =>
        $"(oa:PA({OutputPage})"
        + (AccessFlag ? "" : ", af:0")
        + (Writable ? "" : ", db:0")
        + (DirtyBitModifier ? ", dbm:1" : "")
        + (Valid ? "" : ", valid:0")
        + (Unprivileged ? "" : ", el0:0")
        + (Attributes.Length == 0 ? "" : $", attrs:{Attributes}")
        + ")";
}
