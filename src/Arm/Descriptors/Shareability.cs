namespace Orleans.Mmu.Arm.Descriptors;

/// <summary>The SH field of a leaf descriptor; values are its encoding.</summary>
public enum Shareability
{
    NonShareable = 0,
    OuterShareable = 2,
    InnerShareable = 3,
}
