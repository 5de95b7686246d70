namespace Orleans.Mmu.Tests.Litmus;

/// <summary>A test that others break, one line at a time.</summary>
internal static class SampleLitmus
{
    public const string Good = """
        AArch64 t
        Variant=vmsa
        {
         x=1;
         [PTE(x)]=(oa:PA(x));
         0:X1=PTE(x); 0:X3=x;
        }
         P0          ;
         STR XZR,[X1] ;
         L0: LDR W4,[X3] ;
        exists (fault(P0:L0,x))
        """;
}
