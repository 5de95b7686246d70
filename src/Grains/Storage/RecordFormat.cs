namespace Orleans.Mmu.Grains.Storage;

/// <summary>
/// The format of the records that a silo writes. A change that older silos would misread needs the next number; a new
/// optional field does not, because Orleans' serializer skips fields that it does not know.
/// </summary>
/// <param name="Number">1 to 255. A silo reads records of its own number and of smaller ones.</param>
public readonly record struct RecordFormat(byte Number)
{
    /// <summary>The format of this version of the program.</summary>
    public static RecordFormat Current { get; } = new(1);
}
