// Offsets of fields that assembly uses; offsets.go holds them to the truth.
#define G_stack_lo 0
#define G_stack_hi 8
#define G_guard0 16
#define G_guard1 24
#define G_m 48
#define G_sp 56
#define G_pc 64
#define G_bp 72
#define G_ctxt 80
#define G_lr 88

#define M_g0 0
#define M_gsignal 8
#define M_curg 16
#define M_p 24
#define M_tls 32
#define M_more_sp 64
#define M_more_pc 72
#define M_more_g 80
#define M_vdsosp 88
#define M_vdsopc 96
#define M_wbscratch 104

#define P_wbnext 8
#define P_wbend 16

// Thread-local g at -8(FS). The segment override has no spelling in this
// assembly language.
#define LOAD_TLS_G_R14 \
	BYTE $0x64; BYTE $0x4C; BYTE $0x8B; BYTE $0x34; BYTE $0x25; \
	BYTE $0xF8; BYTE $0xFF; BYTE $0xFF; BYTE $0xFF
#define STORE_TLS_G_R14 \
	BYTE $0x64; BYTE $0x4C; BYTE $0x89; BYTE $0x34; BYTE $0x25; \
	BYTE $0xF8; BYTE $0xFF; BYTE $0xFF; BYTE $0xFF
