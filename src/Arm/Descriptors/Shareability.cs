namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>SH of a leaf descriptor, in its encoding.</summary>
public enum Shareability
{
    NonShareable = 0,
    OuterShareable = 2,
    InnerShareable = 3,
}
