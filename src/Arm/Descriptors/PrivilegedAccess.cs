namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>
/// What EL1 may do with the memory of a valid leaf (DDI0487 "Stage 1 permissions", direct permissions without PAN).
/// </summary>
/// <param name="MayWrite">Whether a store may succeed.</param>
/// <param name="MayExecute">Whether an instruction fetch may succeed.</param>
public readonly record struct PrivilegedAccess(bool MayWrite, bool MayExecute)
{
    /// <summary>
    /// The access that a leaf permits below tables. Memory that EL0 may write is never executable at EL1.
    /// </summary>
    /// <param name="above">The attributes of all tables on the way to the leaf.</param>
    /// <param name="setsDirty">
    /// Whether hardware may make a read-only leaf with DBM = 1 writable (TCR_ELx.HD = 1, FEAT_HAFDBS).
    /// </param>
    public static PrivilegedAccess Of(LeafAttributes leaf, TableAttributes above, bool setsDirty)
    {
        bool write = !above.ReadOnly && (setsDirty ? leaf.MayBeWritten : !leaf.ReadOnly);
        bool userWrites = write && leaf.UserAccess && !above.KernelOnly;
        return new(write, !leaf.PrivilegedExecuteNever && !above.PrivilegedExecuteNever && !userWrites);
    }
}
